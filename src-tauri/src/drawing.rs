//! Draws the window without the graphics card. A window of lists and forms gains nothing from one, and WebKitGTK pays for
//! it with tens of MiB where a card is missing and with an empty window under some drivers. Begun by `run` once the window
//! exists; nothing in the window's files may ask for compositing (3D transforms, backdrop filters).

use tauri::Manager;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

use crate::shell::WINDOW;

pub(crate) fn without_graphics_card(app: &tauri::AppHandle) {
    let Some(window) = app.get_webview_window(WINDOW) else {
        return;
    };
    let set = window.with_webview(|webview| {
        if let Some(settings) = WebViewExt::settings(&webview.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    if let Err(error) = set {
        tracing::warn!(%error, "the window is drawn as WebKitGTK chooses");
    }
}
