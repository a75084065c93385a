//! Commands for the data folder and the log: they open a location or copy its path. The window cannot name any other path.

use std::path::PathBuf;
use std::time::Duration;

use tauri::{AppHandle, Manager, Runtime, State};

use crate::error::CommandError;
use crate::log;
use crate::shell::Shell;
use crate::view::Location;

/// How long it takes at most until it is known that no program could open a file.
const OPEN_TIMEOUT: Duration = Duration::from_secs(2);

async fn path<R: Runtime>(
    app: &AppHandle<R>,
    shell: &Shell,
    location: Location,
) -> Result<PathBuf, CommandError> {
    let log_folder = || {
        app.path()
            .app_log_dir()
            .map_err(CommandError::no_data_directory)
    };
    Ok(match location {
        Location::DataFolder => shell.registry(app).await?.store().directory().to_owned(),
        Location::LogFolder => log_folder()?,
        Location::Log => log::file(&log_folder()?),
    })
}

/// Opens a folder in the file manager, or the log in the program for text files.
#[tauri::command]
pub(crate) async fn open_location<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    location: Location,
) -> Result<(), CommandError> {
    let path = path(&app, &shell, location).await?;
    let opened = tokio::task::spawn_blocking({
        let path = path.clone();
        move || open::that_detached_with_timeout(path, OPEN_TIMEOUT)
    });
    match opened.await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(CommandError::not_opened(&path, &error)),
        Err(error) => Err(CommandError::not_opened(&path, &error)),
    }
}

#[tauri::command]
pub(crate) async fn copy_location<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    location: Location,
) -> Result<(), CommandError> {
    let path = path(&app, &shell, location).await?;
    let text = path.display().to_string();
    Ok(shell.registry(&app).await?.copy_text(text).await?)
}
