//! The command that takes the link to open.

use tauri::{AppHandle, Runtime, State};

use crate::error::CommandError;
use crate::link::WaitingLink;
use crate::shell::Shell;
use crate::view::LinkedPlace;

/// Takes the last link that another program opened; `None` if there is none. It fails if the place does not exist.
#[tauri::command]
pub(crate) async fn take_link<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    waiting: State<'_, WaitingLink>,
) -> Result<Option<LinkedPlace>, CommandError> {
    let Some(link) = waiting.take() else {
        return Ok(None);
    };
    let link = link.map_err(|_| CommandError::invalid_link())?;
    let found = shell
        .registry(&app)
        .await?
        .find_environment_in(&link.project, &link.environment)
        .await?
        .ok_or_else(|| CommandError::linked_environment_not_found(&link))?;
    Ok(Some(LinkedPlace {
        project_id: found.project_id.to_string(),
        environment_id: found.id.to_string(),
        tab: link.tab,
    }))
}
