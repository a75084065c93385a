//! Starting Keystile at login. The system's entry is the only record of this setting.

use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Runtime};
use tauri_plugin_autostart::ManagerExt;

use crate::error::CommandError;
use crate::tray;
use crate::window;

/// The argument in the entry: the program was started by the system, not by the user.
const ARGUMENT: &str = "--login";

/// Returns the plugin that writes the entry. The window has no permission to use it.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_autostart::Builder::new().arg(ARGUMENT).build()
}

/// Returns whether the arguments are those of the entry.
pub(crate) fn is_start<T: AsRef<std::ffi::OsStr>>(mut arguments: impl Iterator<Item = T>) -> bool {
    arguments.any(|argument| argument.as_ref() == ARGUMENT)
}

/// Leaves the window hidden if the setting of the tray is on, and shows it otherwise.
pub(crate) async fn show_window<R: Runtime>(app: &AppHandle<R>) {
    if !tray::start_hidden(app).await {
        window::show(app);
    }
}

/// Returns whether the system starts Keystile at login.
///
/// # Errors
/// `login_entry` if the entry cannot be read.
pub(crate) fn is_on<R: Runtime>(app: &AppHandle<R>) -> Result<bool, CommandError> {
    let exists = app.autolaunch().is_enabled();
    let exists = exists.map_err(|error| CommandError::login_entry(&error))?;
    Ok(exists && !is_turned_off(app))
}

/// Writes or removes the entry, and returns whether the system starts Keystile at login now.
///
/// # Errors
/// `login_entry` if the entry cannot be written.
pub(crate) fn set<R: Runtime>(app: &AppHandle<R>, on: bool) -> Result<bool, CommandError> {
    let entry = app.autolaunch();
    let changed = if on { entry.enable() } else { entry.disable() };
    changed.map_err(|error| CommandError::login_entry(&error))?;
    is_on(app)
}

/// Returns whether the entry exists but is turned off, as the settings of some desktops do.
#[cfg(target_os = "linux")]
fn is_turned_off<R: Runtime>(app: &AppHandle<R>) -> bool {
    use tauri::Manager;

    let name = format!("{}.desktop", app.package_info().name);
    let entry = app
        .path()
        .home_dir()
        .map(|home| home.join(".config/autostart").join(name))
        .ok()
        .and_then(|path| std::fs::read_to_string(path).ok());
    let is_off = |line: &str| {
        let line = line.replace(' ', "");
        line == "Hidden=true" || line == "X-GNOME-Autostart-enabled=false"
    };
    entry.is_some_and(|entry| entry.lines().any(is_off))
}

#[cfg(not(target_os = "linux"))]
fn is_turned_off<R: Runtime>(_: &AppHandle<R>) -> bool {
    false
}
