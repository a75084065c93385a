//! Commands for starting Keystile at login.

use tauri::{AppHandle, Runtime};

use crate::error::CommandError;
use crate::login;

/// Returns whether the system starts Keystile at login.
#[tauri::command]
pub(crate) async fn starts_at_login<R: Runtime>(app: AppHandle<R>) -> Result<bool, CommandError> {
    login::is_on(&app)
}

/// Turns starting at login on or off, and returns the system's state.
#[tauri::command]
pub(crate) async fn set_start_at_login<R: Runtime>(
    app: AppHandle<R>,
    on: bool,
) -> Result<bool, CommandError> {
    login::set(&app, on)
}
