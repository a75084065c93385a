//! The command that changes the settings.

use tauri::{AppHandle, Runtime, State};

use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::Settings;
use crate::zoom;

#[tauri::command]
pub(crate) async fn change_settings<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    settings: Settings,
) -> Result<Settings, CommandError> {
    let changed = shell
        .registry(&app)
        .await?
        .change_settings(settings.into())
        .await?;
    zoom::apply(&app, changed.zoom);
    Ok(changed.into())
}
