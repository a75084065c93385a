//! The command that quits, from a shortcut or the confirmation dialog.

use keystile_registry::RegistryError;
use tauri::{AppHandle, Runtime};

use crate::error::CommandError;
use crate::quit;

/// Quits. `confirmed`: the user confirmed what ends with the program. `uncleared`: quit even if clearing it fails.
#[tauri::command]
pub(crate) async fn quit<R: Runtime>(
    app: AppHandle<R>,
    confirmed: bool,
    uncleared: bool,
) -> Result<(), CommandError> {
    if !confirmed {
        quit::request(app);
        return Ok(());
    }
    if quit::uncopied_prompt(&app).await.is_some() {
        return Err(RegistryError::NotCopied.into());
    }
    match quit::clear_clipboard(&app).await {
        Err(error) if !uncleared => return Err(error.into()),
        _ => quit::exit(&app),
    }
    Ok(())
}
