//! Commands for the data folder and the log: they open a place or copy its path. The window cannot name any other path.

use std::path::PathBuf;

use tauri::{AppHandle, Manager, Runtime, State};

use crate::error::CommandError;
use crate::log;
use crate::shell::Shell;
use crate::view::Place;

async fn path<R: Runtime>(
    app: &AppHandle<R>,
    shell: &Shell,
    place: Place,
) -> Result<PathBuf, CommandError> {
    let log_folder = || {
        app.path()
            .app_log_dir()
            .map_err(CommandError::no_data_directory)
    };
    Ok(match place {
        Place::DataFolder => shell.registry(app).await?.store().directory().to_owned(),
        Place::LogFolder => log_folder()?,
        Place::Log => log::file(&log_folder()?),
    })
}

/// Opens a folder in the file manager, or the log in the program for text files.
#[tauri::command]
pub(crate) async fn open_place<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    place: Place,
) -> Result<(), CommandError> {
    let path = path(&app, &shell, place).await?;
    // Blocks while the system looks for the program.
    let opened = tokio::task::spawn_blocking({
        let path = path.clone();
        move || tauri_plugin_opener::open_path(path, None::<&str>)
    });
    match opened.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(CommandError::not_opened(&path, &error)),
        Err(error) => Err(CommandError::not_opened(&path, &error)),
    }
}

#[tauri::command]
pub(crate) async fn copy_place<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    place: Place,
) -> Result<(), CommandError> {
    let path = path(&app, &shell, place).await?;
    let text = path.display().to_string();
    Ok(shell.registry(&app).await?.copy_text(text).await?)
}
