//! Gateways that keep running in the tray: closing the window hides it, and the tray, a second start, or the loss of the
//! tray shows it again. The prompt is never hidden.

use keystile_tests::curl::curl;
use keystile_tests::tray_host::TrayHost;
use keystile_tests::window::program;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};
use serde_json::json;

const SETTING: &str = "Keep gateways running in the tray when the window is closed";
const NO_TRAY: &str = "This desktop shows no tray icons.";

fn is_set(window: &Window<'_>) -> TestResult<bool> {
    let checkbox = window.find("checkbox", SETTING)?;
    Ok(window.property(&checkbox, "checked")? == json!(true))
}

fn turn_on(window: &Window<'_>) -> TestResult {
    window.click("link", "Settings")?;
    window.click("checkbox", SETTING)?;
    let settings = "return window.__TAURI_INTERNALS__.invoke('start', {}).then(({settings}) => settings.keepInTray)";
    wait_until("the setting was stored", || {
        Ok((window.execute(settings, &[])? == json!(true)).then_some(()))
    })?;
    assert!(is_set(window)?, "the checkbox must show the setting");
    Ok(())
}

/// Starts a gateway and turns the setting on. Returns the URL behind the gateway and the gateway's line in the tray.
fn gateway_in_tray(window: &Window<'_>, tray: &TrayHost) -> TestResult<(String, String)> {
    window.create_first_environment("R&D", "staging")?;
    let url = window.start_sample_gateway()?;
    assert_eq!(tray.menu()?, [""; 0], "the setting is off by default");
    turn_on(window)?;
    let address = url
        .trim_start_matches("http://")
        .trim_end_matches("/products");
    let line = format!("R&D/staging on {address}");
    tray.wait_for_menu(&["Open Keystile", &line, "Quit"])?;
    Ok((url, line))
}

fn close_and_wait_until_hidden(desktop: &HeadlessDesktop) -> TestResult {
    desktop.x11()?.close_window("Keystile")?;
    wait_for_window(desktop, false)
}

fn wait_for_window(desktop: &HeadlessDesktop, is_shown: bool) -> TestResult {
    let x = desktop.x11()?;
    wait_until(
        if is_shown {
            "the window was shown"
        } else {
            "the window was hidden"
        },
        || Ok((x.is_shown("Keystile")? == is_shown).then_some(())),
    )
}

fn wait_for_exit(window: &Window<'_>) -> TestResult {
    wait_until("the program ended", || {
        Ok(window.has_exited().then_some(()))
    })
}

#[test]
fn setting_is_refused_where_no_tray_would_show_the_icon() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("R&D", "staging")?;
    window.start_sample_gateway()?;
    window.click("link", "Settings")?;
    window.click("checkbox", SETTING)?;
    window.wait_for_announcement(NO_TRAY)?;
    assert!(!is_set(&window)?, "the checkbox must show the setting");
    window.screenshot("settings-no-tray-1180x760")?;
    desktop.x11()?.close_window("Keystile")?;
    wait_for_exit(&window)
}

#[test]
fn closing_hides_the_window_while_a_gateway_runs() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    let (url, line) = gateway_in_tray(&window, &tray)?;
    window.screenshot("settings-tray-1180x760")?;

    close_and_wait_until_hidden(&desktop)?;
    assert_eq!(curl("GET", &url, None)?, 401, "the gateway keeps running");
    let second = desktop.command(program()).status()?;
    assert!(second.success(), "a second start shows the first program");
    wait_for_window(&desktop, true)?;

    close_and_wait_until_hidden(&desktop)?;
    tray.click("Open Keystile")?;
    wait_for_window(&desktop, true)?;

    close_and_wait_until_hidden(&desktop)?;
    tray.activate()?;
    wait_for_window(&desktop, true)?;

    close_and_wait_until_hidden(&desktop)?;
    tray.click(&line)?;
    wait_for_window(&desktop, true)?;
    window.click("button", "Stop gateway")?;
    tray.wait_for_menu(&["Open Keystile", "Quit"])?;
    desktop.x11()?.close_window("Keystile")?;
    wait_for_exit(&window)?;
    tray.wait_for_menu(&[])
}

#[test]
fn quitting_from_the_tray_asks_in_the_window_while_a_gateway_is_in_use() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    let (url, _) = gateway_in_tray(&window, &tray)?;
    close_and_wait_until_hidden(&desktop)?;
    assert_eq!(curl("GET", &url, None)?, 401);
    // The request arrives in the feed a moment after its response.
    wait_until("the window was shown with the question", || {
        tray.click("Quit")?;
        Ok(desktop.x11()?.is_shown("Keystile")?.then_some(()))
    })?;
    window.find("alertdialog", "Stop the gateway and quit?")?;
    window.click("button", "Cancel")?;
    assert_eq!(curl("GET", &url, None)?, 401, "Cancel keeps the gateway");
    close_and_wait_until_hidden(&desktop)?;
    tray.click("Quit")?;
    wait_for_window(&desktop, true)?;
    window.find("alertdialog", "Stop the gateway and quit?")?;
    // The program ends before WebDriver could respond to a click.
    window.execute(
        "setTimeout(() => document.querySelector('quit-dialog .primary').click())",
        &[],
    )?;
    wait_for_exit(&window)
}

#[test]
fn hidden_program_that_quits_shows_its_window_at_the_next_start() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    gateway_in_tray(&window, &tray)?;
    close_and_wait_until_hidden(&desktop)?;
    tray.click("Quit")?;
    wait_for_exit(&window)?;
    drop(window);
    let _window = Window::open(&desktop)?;
    wait_for_window(&desktop, true)?;
    tray.wait_for_menu(&["Open Keystile", "Quit"])
}

#[test]
fn prompt_is_not_hidden_and_the_clipboard_is_cleared_in_the_tray() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    gateway_in_tray(&window, &tray)?;
    window.click("radio", "10 s")?;
    window.click("link", "staging")?;
    window.click("link", "API Keys")?;
    let shown = window.create_key("ci-writer")?;
    desktop.x11()?.close_window("Keystile")?;
    window.wait_for_announcement("Copy the key before closing.")?;
    assert!(
        desktop.x11()?.is_shown("Keystile")?,
        "the prompt is on the screen"
    );
    window.copy_key()?;
    desktop.x11()?.close_window("Keystile")?;
    window.find("alertdialog", "Clear the clipboard and quit?")?;
    window.click("button", "Cancel")?;
    window.close_prompt()?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key)
    );
    close_and_wait_until_hidden(&desktop)?;
    wait_until("the clipboard was cleared", || {
        let text = desktop.selection_text(Selection::Clipboard)?;
        Ok(text.is_none().then_some(()))
    })
}

#[test]
fn window_is_shown_again_when_the_tray_is_gone() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    gateway_in_tray(&window, &tray)?;
    close_and_wait_until_hidden(&desktop)?;
    drop(tray);
    wait_for_window(&desktop, true)?;
    window.click("radio", "30 s")?;
    desktop.x11()?.close_window("Keystile")?;
    wait_for_exit(&window)
}
