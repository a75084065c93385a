//! Quit, as the window asks for it: by a shortcut, or as the answer to "Quitting clears the copied key".

use keystile_registry::RegistryError;
use tauri::{AppHandle, Runtime};

use crate::closing;
use crate::error::Failure;

/// `confirmed`: the user was asked. `uncleared`: was told that the clipboard could not be cleared, and quits all the same.
#[tauri::command]
pub(crate) async fn quit<R: Runtime>(
    app: AppHandle<R>,
    confirmed: bool,
    uncleared: bool,
) -> Result<(), Failure> {
    if !confirmed {
        closing::ask(app);
        return Ok(());
    }
    if closing::uncopied_prompt(&app).await.is_some() {
        return Err(RegistryError::NotCopied.into());
    }
    match closing::clear(&app).await {
        Err(error) if !uncleared => return Err(error.into()),
        _ => closing::end(&app),
    }
    Ok(())
}
