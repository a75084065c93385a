//! Commands for keys.

use keystile_keys::Permissions;
use keystile_registry::IssueRequest;
use tauri::{AppHandle, Runtime, State, Window};

use super::id;
use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::{Key, Prompt};
use crate::with_usage;

#[tauri::command]
pub(crate) async fn list_keys<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
) -> Result<Vec<Key>, CommandError> {
    let id = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    let keys = registry.list_keys(&id).await?;
    Ok(with_usage::keys(&registry, &id, keys).await)
}

#[tauri::command]
pub(crate) async fn issue_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    name: String,
    write: bool,
    idempotency_key: String,
) -> Result<Prompt, CommandError> {
    let request = IssueRequest {
        environment_id: id(&environment_id, "environment")?,
        name,
        permissions: if write {
            Permissions::READ_WRITE
        } else {
            Permissions::READ
        },
        idempotency_key,
    };
    Ok(shell
        .registry(&app)
        .await?
        .issue(window.label(), &request)
        .await?
        .into())
}

#[tauri::command]
pub(crate) async fn revoke_key<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
    confirmation: Option<String>,
) -> Result<Key, CommandError> {
    let id = id(&key_id, "key")?;
    let registry = shell.registry(&app).await?;
    let revoked = registry.revoke(id, confirmation.as_deref()).await?;
    Ok(with_usage::key(&registry, revoked).await)
}

#[tauri::command]
pub(crate) async fn disable_key<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
) -> Result<Key, CommandError> {
    let id = id(&key_id, "key")?;
    let registry = shell.registry(&app).await?;
    let disabled = registry.disable_key(id).await?;
    Ok(with_usage::key(&registry, disabled).await)
}

#[tauri::command]
pub(crate) async fn enable_key<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
) -> Result<Key, CommandError> {
    let id = id(&key_id, "key")?;
    let registry = shell.registry(&app).await?;
    let enabled = registry.enable_key(id).await?;
    Ok(with_usage::key(&registry, enabled).await)
}
