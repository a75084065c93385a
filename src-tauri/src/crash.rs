//! A crashed web process leaves an empty window; loaded anew, it shows the open prompt again. Tauri reports such a crash
//! only on macOS, so on Linux WebKitGTK is asked. Begun by `run` once the window exists.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use tauri::Manager;
use webkit2gtk::WebViewExt;

use crate::shell::WINDOW;

/// More crashes than this within [`PERIOD`] are not the web process's bad luck: loading again would go on for ever.
const MOST_RELOADS: usize = 5;
const PERIOD: Duration = Duration::from_secs(60);

pub(crate) fn reload_after(app: &tauri::AppHandle) {
    let Some(window) = app.get_webview_window(WINDOW) else {
        tracing::warn!("no window, so a crash of its web process will not be noticed");
        return;
    };
    let connected = window.with_webview(|webview| {
        let crashes = RefCell::new(Vec::new());
        webview
            .inner()
            .connect_web_process_terminated(move |webview, reason| {
                let mut crashes = crashes.borrow_mut();
                crashes.retain(|at: &Instant| at.elapsed() < PERIOD);
                crashes.push(Instant::now());
                if crashes.len() > MOST_RELOADS {
                    tracing::error!(?reason, "the web process ends again and again");
                    return;
                }
                tracing::warn!(?reason, "the web process ended and is started again");
                webview.reload();
            });
    });
    if let Err(error) = connected {
        tracing::warn!(%error, "a crash of the web process will not be noticed");
    }
}
