//! Commands for the rotation of keys.

use std::time::Duration;

use keystile_registry::RotateRequest;
use tauri::{AppHandle, Runtime, State, Window};

use super::id;
use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::{Key, KeySecret, Prompt};
use crate::window::show_if_hidden;
use crate::with_usage;

#[tauri::command]
pub(crate) async fn rotate_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    key_id: String,
    overlap_seconds: u32,
    confirmation: Option<String>,
    idempotency_key: String,
) -> Result<Prompt, CommandError> {
    let request = RotateRequest {
        key_id: id(&key_id, "key")?,
        overlap: Duration::from_secs(overlap_seconds.into()),
        idempotency_key,
    };
    let registry = shell.registry(&app).await?;
    let prompt = registry
        .rotate_key(window.label(), &request, confirmation.as_deref())
        .await?;
    show_if_hidden(&app);
    Ok(prompt.into())
}

#[tauri::command]
pub(crate) async fn end_old_secret<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
) -> Result<Key, CommandError> {
    let id = id(&key_id, "key")?;
    let registry = shell.registry(&app).await?;
    let key = registry.end_old_secret(id).await?;
    Ok(with_usage::key(&registry, key.into_value()).await)
}

/// Returns the secrets of a key that work, the current one first.
#[tauri::command]
pub(crate) async fn key_secrets<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
) -> Result<Vec<KeySecret>, CommandError> {
    let id = id(&key_id, "key")?;
    let registry = shell.registry(&app).await?;
    // Counts of this process that were not written yet.
    shell.write_usage().await;
    let secrets = registry.key_secrets(id).await?;
    Ok(secrets.into_iter().map(KeySecret::from).collect())
}
