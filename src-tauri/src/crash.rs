//! Reloads the window when its web process crashes; the reloaded window shows the open prompt again. Tauri reports such
//! crashes only on macOS, so this connects to WebKitGTK's signal.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use tauri::Manager;
use webkit2gtk::WebViewExt;

use crate::shell::WINDOW;

/// The most reloads within [`RELOAD_WINDOW`]. After that, reloading would go on forever.
const MAX_RELOADS: usize = 5;
const RELOAD_WINDOW: Duration = Duration::from_secs(60);

pub(crate) fn reload_on_crash(app: &tauri::AppHandle) {
    let Some(window) = app.get_webview_window(WINDOW) else {
        tracing::warn!("no window; crashes of the web process are not detected");
        return;
    };
    let result = window.with_webview(|webview| {
        let crashes = RefCell::new(Vec::new());
        webview
            .inner()
            .connect_web_process_terminated(move |webview, reason| {
                let mut crashes = crashes.borrow_mut();
                crashes.retain(|at: &Instant| at.elapsed() < RELOAD_WINDOW);
                crashes.push(Instant::now());
                if crashes.len() > MAX_RELOADS {
                    tracing::error!(?reason, "web process keeps crashing; not reloading");
                    return;
                }
                tracing::warn!(?reason, "web process crashed; reloading");
                webview.reload();
            });
    });
    if let Err(error) = result {
        tracing::warn!(%error, "crashes of the web process are not detected");
    }
}
