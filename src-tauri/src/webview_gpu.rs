//! Disables hardware acceleration in WebKitGTK. It costs tens of MiB without a graphics card and shows an empty window
//! with some drivers. The frontend must not need compositing (3D transforms, backdrop filters).

use tauri::Manager;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

use crate::shell::WINDOW;

pub(crate) fn disable(app: &tauri::AppHandle) {
    let Some(window) = app.get_webview_window(WINDOW) else {
        return;
    };
    let result = window.with_webview(|webview| {
        if let Some(settings) = WebViewExt::settings(&webview.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    if let Err(error) = result {
        tracing::warn!(%error, "disabling hardware acceleration failed");
    }
}
