//! Commands for the request log.

use tauri::{AppHandle, Runtime, State};

use super::id;
use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::{RequestKey, RequestPage, RequestQuery};

#[tauri::command]
pub(crate) async fn list_requests<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
    query: RequestQuery,
) -> Result<RequestPage, CommandError> {
    let id = id(&environment_id, "environment")?;
    let (filter, range, limit) = (query.filter()?, query.range(), query.limit());
    let registry = shell.registry(&app).await?;
    let store = registry.store();
    // One more tells whether there are more.
    let (rows, total) = store.request_page(&id, &filter, range, limit + 1).await?;
    Ok(RequestPage::new(
        rows,
        range,
        limit,
        total,
        shell.unlogged_requests(),
    ))
}

/// Returns the keys in the request log of an environment, sorted by name.
#[tauri::command]
pub(crate) async fn list_request_keys<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    environment_id: String,
) -> Result<Vec<RequestKey>, CommandError> {
    let id = id(&environment_id, "environment")?;
    let registry = shell.registry(&app).await?;
    let keys = registry.store().keys_of_requests(&id).await?;
    let mut keys: Vec<_> = keys.into_iter().map(RequestKey::from).collect();
    keys.sort_unstable_by_key(|key| key.name.to_lowercase());
    Ok(keys)
}
