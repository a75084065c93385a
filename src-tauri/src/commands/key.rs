//! Commands for keys.

use std::time::Duration;

use keystile_registry::{IssueRequest, RegistryError};
use keystile_store::{Revocation, RevokeReason};
use tauri::{AppHandle, Runtime, State, Window};

use super::id;
use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::{Key, KeyChanges, KeyEvent, KeyInput, KeyPage, KeyQuery, Prompt, permissions};
use crate::window::show_if_hidden;
use crate::with_usage;

#[tauri::command]
pub(crate) async fn list_keys<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    query: KeyQuery,
) -> Result<KeyPage, CommandError> {
    let id = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    let page = registry.list_keys(&id, &query.into()).await?;
    Ok(KeyPage {
        keys: with_usage::keys(&registry, page.keys).await,
        total: page.total,
        counts: page.counts,
    })
}

/// Returns keys by their ids, without those that do not exist anymore.
#[tauri::command]
pub(crate) async fn find_keys<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_ids: Vec<String>,
) -> Result<Vec<Key>, CommandError> {
    let ids: Vec<_> = key_ids.iter().filter_map(|id| id.parse().ok()).collect();
    // A dialog about one key must not say that it was never used because counts were not written yet.
    if ids.len() == 1 {
        shell.write_usage().await;
    }
    let registry = shell.registry(&app).await?;
    let keys = registry.find_keys(&ids).await?;
    Ok(with_usage::keys(&registry, keys).await)
}

/// Returns the position of a key in a list, so that the window can scroll to it.
#[tauri::command]
pub(crate) async fn key_position<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    query: KeyQuery,
    key_id: String,
) -> Result<Option<u32>, CommandError> {
    let environment = id(&environment_id, "environment")?;
    let key = id(&key_id, "key")?;
    let registry = shell.registry(&app).await?;
    Ok(registry
        .key_position(&environment, &query.into(), key)
        .await?)
}

/// Copies the public part of a key: its prefix and its id.
#[tauri::command]
pub(crate) async fn copy_key_id<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
) -> Result<(), CommandError> {
    let id = id(&key_id, "key")?;
    let registry = shell.registry(&app).await?;
    let keys = registry.find_keys(&[id]).await?;
    let key = keys.first().ok_or(RegistryError::NotFound("key"))?;
    let text = format!("{}_{}", key.prefix, key.id);
    Ok(registry.copy_text(text).await?)
}

#[tauri::command]
pub(crate) async fn issue_key<R: Runtime>(
    app: AppHandle<R>,
    window: Window<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    key: KeyInput,
    idempotency_key: String,
) -> Result<Prompt, CommandError> {
    let request = IssueRequest {
        environment_id: id(&environment_id, "environment")?,
        name: key.name,
        permissions: permissions(key.write),
        expiry: key.expiry.into(),
        owner: key.owner,
        note: key.note,
        tags: key.tags,
        idempotency_key,
    };
    let registry = shell.registry(&app).await?;
    let prompt = registry.issue(window.label(), &request).await?;
    show_if_hidden(&app);
    Ok(prompt.into())
}

#[tauri::command]
pub(crate) async fn edit_key<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
    changes: KeyChanges,
) -> Result<Key, CommandError> {
    let id = id(&key_id, "key")?;
    let registry = shell.registry(&app).await?;
    let edited = registry.edit_key(id, &changes.into()).await?;
    Ok(with_usage::key(&registry, edited.into_value()).await)
}

/// Returns what happened to a key, newest first.
#[tauri::command]
pub(crate) async fn key_history<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
) -> Result<Vec<KeyEvent>, CommandError> {
    let id = id(&key_id, "key")?;
    let events = shell.registry(&app).await?.key_history(id).await?;
    Ok(events.into_iter().map(KeyEvent::from).collect())
}

#[tauri::command]
pub(crate) async fn revoke_key<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
    confirmation: Option<String>,
    reason: Option<RevokeReason>,
    note: Option<String>,
) -> Result<Key, CommandError> {
    let id = id(&key_id, "key")?;
    let registry = shell.registry(&app).await?;
    let revocation = reason.map(|reason| Revocation {
        reason,
        note: note.unwrap_or_default(),
    });
    let revoked = registry
        .revoke_because(id, confirmation.as_deref(), revocation.as_ref())
        .await?;
    Ok(with_usage::key(&registry, revoked.into_value()).await)
}

#[tauri::command]
pub(crate) async fn disable_key<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    key_id: String,
    pause_seconds: Option<u32>,
) -> Result<Key, CommandError> {
    let id = id(&key_id, "key")?;
    let registry = shell.registry(&app).await?;
    let pause = pause_seconds.map(|seconds| Duration::from_secs(seconds.into()));
    let disabled = registry.disable_key(id, pause).await?;
    Ok(with_usage::key(&registry, disabled.into_value()).await)
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
