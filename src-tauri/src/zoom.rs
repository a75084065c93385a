//! Applies the zoom of the settings to the window. On Linux it is multiplied by the desktop's text size, for example
//! GNOME's Large Text, which WebKitGTK ignores.

use tauri::{AppHandle, Manager, Runtime, WebviewWindow};

use crate::shell::{Shell, WINDOW};

/// Zooms the window as it was stored, if possible before the page is loaded: its first frame must not be resized.
pub(crate) fn restore<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        // The `start` command tries again and returns the error.
        if let Ok(registry) = app.state::<Shell>().registry(&app).await
            && let Ok(settings) = registry.settings().await
        {
            apply(&app, settings.zoom);
        }
    });
}

/// Zooms the window to this percentage. Failures are logged.
pub(crate) fn apply<R: Runtime>(app: &AppHandle<R>, percent: u16) {
    let Some(window) = app.get_webview_window(WINDOW) else {
        return;
    };
    // GTK may be used on the main thread only.
    let result = app.run_on_main_thread(move || set(&window, f64::from(percent) / 100.0));
    if let Err(error) = result {
        tracing::warn!(%error, "zooming the window failed");
    }
}

fn set<R: Runtime>(window: &WebviewWindow<R>, factor: f64) {
    #[cfg(target_os = "linux")]
    let factor = factor * text_factor();
    if let Err(error) = window.set_zoom(factor) {
        tracing::warn!(%error, "zooming the window failed");
    }
}

/// Returns the desktop's text size relative to 96 dots per inch, in steps of 5 %.
#[cfg(target_os = "linux")]
fn text_factor() -> f64 {
    use gtk::prelude::GtkSettingsExt;

    if !gtk::is_initialized_main_thread() {
        return 1.0;
    }
    gtk::Settings::default().map_or(1.0, |settings| factor_of_dpi(settings.gtk_xft_dpi()))
}

/// GTK states the resolution in 1024ths of a dot per inch; -1 is unknown.
#[cfg(target_os = "linux")]
fn factor_of_dpi(dpi: i32) -> f64 {
    if dpi <= 0 {
        return 1.0;
    }
    let factor = f64::from(dpi) / 1024.0 / 96.0;
    ((factor * 20.0).round() / 20.0).clamp(0.5, 3.0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn text_factor_follows_the_desktop() {
        for (dpi, factor) in [
            (-1, 1.0),
            (0, 1.0),
            (96 * 1024, 1.0),
            (97 * 1024, 1.0),
            (120 * 1024, 1.25),
            (144 * 1024, 1.5),
            (1_000 * 1024, 3.0),
        ] {
            assert!(
                (factor_of_dpi(dpi) - factor).abs() < f64::EPSILON,
                "{dpi} is {factor}"
            );
        }
    }
}
