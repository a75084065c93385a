//! Opens the window of `tauri.conf.json`. Its title follows the page's.

use tauri::{AppHandle, Runtime, WebviewWindowBuilder};

use crate::shell::WINDOW;

pub(crate) fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let windows = &app.config().app.windows;
    let config = windows
        .iter()
        .find(|window| window.label == WINDOW)
        .ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app, config)?
        .on_document_title_changed(|window, title| {
            if let Err(error) = window.set_title(&title) {
                tracing::warn!(%error, "changing the title of the window failed");
            }
        })
        .build()?;
    Ok(())
}
