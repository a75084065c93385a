//! Opens, hides, and shows the window of `tauri.conf.json`. Its title follows the page's.

use std::sync::{Mutex, PoisonError};

use tauri::{AppHandle, Manager, Runtime, WebviewWindowBuilder};

use crate::shell::WINDOW;

/// Whether the window is hidden in the tray. The window itself reports a change only after the main thread has made it.
/// The lock keeps the changes in this order.
#[derive(Default)]
pub(crate) struct Hidden(Mutex<bool>);

pub(crate) fn open<R: Runtime>(app: &AppHandle<R>, is_visible: bool) -> tauri::Result<()> {
    let windows = &app.config().app.windows;
    let config = windows
        .iter()
        .find(|window| window.label == WINDOW)
        .ok_or(tauri::Error::WindowNotFound)?;
    let hidden = app.state::<Hidden>();
    *hidden.0.lock().unwrap_or_else(PoisonError::into_inner) = !is_visible;
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
    let Some(window) = app.get_webview_window(WINDOW) else {
        return false;
    };
    let hidden = app.state::<Hidden>();
    let mut is_hidden = hidden.0.lock().unwrap_or_else(PoisonError::into_inner);
    match window.hide() {
        Ok(()) => *is_hidden = true,
        Err(error) => tracing::warn!(%error, "hiding the window failed"),
    }
    *is_hidden
}

/// Returns whether the window is hidden.
pub(crate) fn is_hidden<R: Runtime>(app: &AppHandle<R>) -> bool {
    let hidden = app.state::<Hidden>();
    *hidden.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows the window if it is hidden: it may have been closed to the tray before a prompt opened in it.
pub(crate) fn show_if_hidden<R: Runtime>(app: &AppHandle<R>) {
    if is_hidden(app) {
        show(app);
    }
}

/// Shows the window above others, also if it was minimized or hidden.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(WINDOW) else {
        return;
    };
    let hidden = app.state::<Hidden>();
    let mut is_hidden = hidden.0.lock().unwrap_or_else(PoisonError::into_inner);
    *is_hidden = false;
    for result in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = result {
            tracing::warn!(%error, "showing the window failed");
        }
    }
}
