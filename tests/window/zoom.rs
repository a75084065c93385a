//! Zoom, with keys and in Settings, over a restart.

use keystile_tests::input::key;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window, wait_until};

/// Returns the width of the page in CSS pixels: zooming in makes it smaller.
fn page_width(window: &Window<'_>) -> TestResult<f64> {
    let width = window.execute("return innerWidth", &[])?;
    width
        .as_f64()
        .ok_or_else(|| TestError::new("the page has no width"))
}

fn wait_for_zoom(window: &Window<'_>, full_width: f64, zoom: f64) -> TestResult {
    wait_until(&format!("the page was zoomed to {zoom}"), || {
        let actual = full_width / page_width(window)?;
        Ok(((actual - zoom).abs() < 0.02).then_some(()))
    })
}

#[test]
fn zoom_follows_keys_and_settings_and_survives_a_restart() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let full_width = page_width(&window)?;
    window.press_keys(&[key::CONTROL], &["+"])?;
    wait_for_zoom(&window, full_width, 1.1)?;
    window.press_keys(&[key::CONTROL], &["-", "-"])?;
    wait_for_zoom(&window, full_width, 0.9)?;
    window.press_keys(&[key::CONTROL], &["0"])?;
    wait_for_zoom(&window, full_width, 1.0)?;
    window.click("link", "Settings")?;
    window.click("radio", "150%")?;
    wait_for_zoom(&window, full_width, 1.5)?;
    desktop.x11()?.close_window("Keystile")?;
    window.wait_until_exited()?;
    drop(window);
    let restarted = Window::open(&desktop)?;
    wait_for_zoom(&restarted, full_width, 1.5)
}
