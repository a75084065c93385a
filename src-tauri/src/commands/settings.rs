//! The command that changes settings.

use tauri::{AppHandle, Runtime, State};

use crate::error::CommandError;
use crate::shell::Shell;
use crate::tray;
use crate::view::{Settings, SettingsChanges};
use crate::zoom;

#[tauri::command]
pub(crate) async fn change_settings<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    changes: SettingsChanges,
) -> Result<Settings, CommandError> {
    let registry = shell.registry(&app).await?;
    let was_kept = registry.settings().await?.keep_in_tray;
    // Where the desktop has lost its tray, the other settings can still be changed.
    if changes.keep_in_tray == Some(true) && !was_kept {
        tray::create(&app).await?;
    }
    let changed = registry.change_settings(changes.into()).await;
    let is_kept = changed
        .as_ref()
        .map_or(was_kept, |changed| changed.keep_in_tray);
    if !is_kept {
        tray::remove(&app).await;
    }
    let changed = changed?;
    zoom::apply(&app, changed.zoom);
    Ok(changed.into())
}
