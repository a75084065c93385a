//! Commands for the system keychain. None returns a secret.

use tauri::{AppHandle, Runtime, State};

use super::id;
use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::KeychainStatus;
use crate::watcher::emit_clipboard;

#[tauri::command]
pub(crate) async fn copy_from_keychain<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
) -> Result<(), CommandError> {
    let id = id(&key_id, "key")?;
    let copied = shell.registry(&app).await?.copy_from_keychain(id).await;
    // Also after an error: a write that timed out may still have filled the clipboard.
    emit_clipboard(&app, false);
    Ok(copied?)
}

#[tauri::command]
pub(crate) async fn remove_from_keychain<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
) -> Result<(), CommandError> {
    Ok(shell
        .registry(&app)
        .await?
        .remove_from_keychain(id(&key_id, "key")?)
        .await?)
}

#[tauri::command]
pub(crate) async fn keychain_status<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Result<KeychainStatus, CommandError> {
    let registry = shell.registry(&app).await?;
    let name = registry.keychain().name().to_owned();
    Ok(match registry.keychain().check().await {
        Ok(()) => KeychainStatus {
            state: keystile_keychain::KeychainStatus::Ready,
            name,
            message: None,
            advice: None,
        },
        Err(error) => {
            let converted = CommandError::from_diagnostic(&error);
            KeychainStatus {
                state: Err(error).into(),
                name,
                message: Some(converted.message),
                advice: Some(converted.advice),
            }
        }
    })
}
