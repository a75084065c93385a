//! Opens and shows the window of `tauri.conf.json`. Its title follows the page's.

use tauri::{AppHandle, Manager, Runtime, WebviewWindowBuilder};

use crate::shell::WINDOW;

pub(crate) fn open<R: Runtime>(app: &AppHandle<R>, is_visible: bool) -> tauri::Result<()> {
    let windows = &app.config().app.windows;
    let config = windows
        .iter()
        .find(|window| window.label == WINDOW)
        .ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app, config)?
        .visible(is_visible)
        .on_document_title_changed(|window, title| {
            if let Err(error) = window.set_title(&title) {
                tracing::warn!(%error, "changing the title of the window failed");
            }
        })
        .build()?;
    Ok(())
}

/// Hides the window, so that only the tray shows that the program runs. Returns whether it is hidden.
pub(crate) fn hide<R: Runtime>(app: &AppHandle<R>) -> bool {
    let hidden = app.get_webview_window(WINDOW).map(|window| window.hide());
    if let Some(Err(error)) = &hidden {
        tracing::warn!(%error, "hiding the window failed");
    }
    matches!(hidden, Some(Ok(())))
}

/// Returns whether the window is hidden.
pub(crate) fn is_hidden<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.get_webview_window(WINDOW)
        .is_some_and(|window| window.is_visible().is_ok_and(|visible| !visible))
}

/// Shows the window above others, also if it was minimized or hidden.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(WINDOW) else {
        return;
    };
    for result in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = result {
            tracing::warn!(%error, "showing the window failed");
        }
    }
}
