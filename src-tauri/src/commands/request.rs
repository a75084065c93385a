//! Commands for the request log.

use tauri::{AppHandle, Runtime, State};

use super::id;
use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::{RequestPage, RequestQuery};

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
    // One more tells whether there are more.
    let rows = registry
        .store()
        .list_requests(&id, &filter, range, limit + 1)
        .await?;
    Ok(RequestPage::new(rows, range, limit))
}
