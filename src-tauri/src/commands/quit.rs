//! Quit, as the window asks for it: by a shortcut, or as the answer to "Quitting clears the copied key".

use keystile_registry::RegistryError;
use tauri::{AppHandle, Runtime};

use crate::closing;
use crate::error::Failure;

#[tauri::command]
pub(crate) async fn quit<R: Runtime>(app: AppHandle<R>, confirmed: bool) -> Result<(), Failure> {
    if !confirmed {
        closing::ask(app);
        return Ok(());
    }
    if closing::is_uncopied_key_shown(&app).await {
        return Err(RegistryError::NotCopied.into());
    }
    closing::leave(&app).await;
    Ok(())
}
