//! The one thing the window may ask of the clipboard: that our key leaves it.

use tauri::{AppHandle, Runtime, State};

use crate::error::Failure;
use crate::shell::Shell;
use crate::watch::tell_clipboard;

#[tauri::command]
pub(crate) async fn clear_clipboard<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Result<(), Failure> {
    shell.registry(&app).await?.clear_clipboard().await?;
    tell_clipboard(&app, true);
    Ok(())
}
