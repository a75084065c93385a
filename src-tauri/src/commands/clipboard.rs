//! The command that clears the clipboard.

use tauri::{AppHandle, Runtime, State};

use crate::error::CommandError;
use crate::shell::Shell;
use crate::watcher::emit_clipboard;

#[tauri::command]
pub(crate) async fn clear_clipboard<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Result<(), CommandError> {
    shell.registry(&app).await?.clear_clipboard().await?;
    emit_clipboard(&app, true);
    Ok(())
}
