//! Gateways and the HTTP service that keep running in the tray: closing the window hides it, and the tray, a second start,
//! or the loss of the tray shows it again. The prompt is never hidden.

use std::time::Duration;

use keystile_tests::curl::curl;
use keystile_tests::tray_host::TrayHost;
use keystile_tests::window::program;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window, wait_until};
use serde_json::json;

use crate::http_service::verify;

const SETTING: &str =
    "Keep gateways and the HTTP service running in the tray when the window is closed";
/// Presses Create in the dialog of a new key without WebDriver, which does not click in a hidden window.
const CREATE: &str = "document.querySelector('new-key-dialog .primary').click()";
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
pub(crate) fn gateway_in_tray(
    window: &Window<'_>,
    tray: &TrayHost,
) -> TestResult<(String, String)> {
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

pub(crate) fn close_and_wait_until_hidden(desktop: &HeadlessDesktop) -> TestResult {
    desktop.x11()?.close_window("Keystile")?;
    wait_for_window(desktop, false)
}

pub(crate) fn wait_for_window(desktop: &HeadlessDesktop, is_shown: bool) -> TestResult {
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
    window.wait_until_exited()
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
    window.wait_until_exited()?;
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
    // The request is counted a moment after its response.
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
    window.wait_until_exited()
}

#[test]
fn hidden_program_that_quits_shows_its_window_at_the_next_start() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    gateway_in_tray(&window, &tray)?;
    close_and_wait_until_hidden(&desktop)?;
    tray.click("Quit")?;
    window.wait_until_exited()?;
    drop(window);
    let _window = Window::open(&desktop)?;
    wait_for_window(&desktop, true)?;
    tray.wait_for_menu(&["Open Keystile", "Quit"])
}

/// Shows the API keys of the environment `staging`.
fn show_keys(window: &Window<'_>) -> TestResult {
    window.click("link", "staging")?;
    window.click("link", "API Keys")
}

/// Shows the window by the tray and checks that the prompt of this key is gone.
fn expect_closed_prompt(window: &Window<'_>, tray: &TrayHost, key: &str) -> TestResult {
    tray.click("Open Keystile")?;
    wait_for_window(window.desktop(), true)?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    window.find("button", "New")?;
    let start = window
        .invoke("start", &json!({}))?
        .map_err(TestError::new)?;
    assert_eq!(start["prompt"], json!(null), "no prompt is open");
    assert!(
        !window.page_content()?.contains(key),
        "the text of the key must be dropped"
    );
    Ok(())
}

#[test]
fn prompt_is_closed_with_the_window_once_its_key_is_copied() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    gateway_in_tray(&window, &tray)?;
    window.click("radio", "10 s")?;
    show_keys(&window)?;
    let shown = window.create_key("ci-writer")?;
    desktop.x11()?.close_window("Keystile")?;
    window.wait_for_announcement("Copy the key before closing.")?;
    assert!(
        desktop.x11()?.is_shown("Keystile")?,
        "the prompt is on the screen"
    );
    window.copy_key()?;
    close_and_wait_until_hidden(&desktop)?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?.as_ref(),
        Some(&shown.key),
        "the countdown starts when the prompt is closed"
    );
    wait_until("the clipboard was cleared", || {
        let text = desktop.selection_text(Selection::Clipboard)?;
        Ok(text.is_none().then_some(()))
    })?;
    expect_closed_prompt(&window, &tray, &shown.key)
}

#[test]
fn closing_a_prompt_whose_key_left_the_clipboard_keeps_an_unused_gateway() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    let (url, _) = gateway_in_tray(&window, &tray)?;
    show_keys(&window)?;
    let shown = window.create_key("ci-writer")?;
    window.copy_key()?;
    window
        .invoke("copy_text", &json!({ "text": "something else" }))?
        .map_err(TestError::new)?;
    close_and_wait_until_hidden(&desktop)?;
    assert!(!window.has_exited(), "closing must not quit");
    assert_eq!(curl("GET", &url, None)?, 401, "the gateway keeps running");
    expect_closed_prompt(&window, &tray, &shown.key)
}

#[test]
fn prompt_that_opens_while_the_tray_responds_keeps_the_window() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    gateway_in_tray(&window, &tray)?;
    show_keys(&window)?;
    window.click("button", "New")?;
    window.fill("API Key Name", "ci-writer")?;
    tray.respond_after(Duration::from_millis(1900));
    desktop.x11()?.close_window("Keystile")?;
    window.execute(CREATE, &[])?;
    window.wait_for_announcement("Copy the key before closing.")?;
    assert!(
        desktop.x11()?.is_shown("Keystile")?,
        "the prompt is on the screen"
    );
    Ok(())
}

#[test]
fn prompt_that_opens_in_the_hidden_window_shows_it() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    gateway_in_tray(&window, &tray)?;
    show_keys(&window)?;
    window.click("button", "New")?;
    window.fill("API Key Name", "ci-writer")?;
    close_and_wait_until_hidden(&desktop)?;
    // A key that is still being issued when the window is closed takes the same way.
    window.execute(CREATE, &[])?;
    wait_for_window(&desktop, true)?;
    window.read_prompt().map(drop)
}

#[test]
fn closing_hides_the_window_while_only_the_http_service_runs() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("R&D", "staging")?;
    turn_on(&window)?;
    let started = window
        .invoke("start_http_service", &json!({ "port": 0 }))?
        .map_err(TestError::new)?;
    let address = started["address"].as_str().unwrap_or_default().to_owned();
    let line = format!("HTTP service on {address}");
    tray.wait_for_menu(&["Open Keystile", &line, "Quit"])?;

    close_and_wait_until_hidden(&desktop)?;
    tray.click(&line)?;
    wait_for_window(&desktop, true)?;
    window.find("heading", "Settings")?;

    close_and_wait_until_hidden(&desktop)?;
    let body = json!({ "key": "no-key", "environment": "R&D/staging" });
    let response = verify(&address, &body)?.unwrap_or_default();
    assert_eq!(
        response["code"], "invalid_key",
        "the service keeps running: {response}"
    );
    tray.click(&line)?;
    wait_for_window(&desktop, true)?;
    window.find("heading", "staging")?;
    window.wait_for_text(&format!("The HTTP service on http://{address} checks keys"))?;

    window
        .invoke("stop_http_service", &json!({}))?
        .map_err(TestError::new)?;
    tray.wait_for_menu(&["Open Keystile", "Quit"])?;
    desktop.x11()?.close_window("Keystile")?;
    window.wait_until_exited()
}

#[test]
fn hidden_window_learns_of_requests_once_when_it_is_shown() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let window = Window::open(&desktop)?;
    let (url, _) = gateway_in_tray(&window, &tray)?;
    let start = window
        .invoke("start", &json!({}))?
        .map_err(TestError::new)?;
    let environment = &start["first"]["environments"][0]["id"];
    // Receives the events in place of the page.
    window.execute(
        "window.kinds = [];
         const {transformCallback, invoke} = window.__TAURI_INTERNALS__;
         const id = transformCallback(({message}) => window.kinds.push(message.kind));
         return invoke('subscribe', {channel: `__CHANNEL__:${id}`}).then(() => null)",
        &[],
    )?;
    let count = |kind: &str| -> TestResult<usize> {
        let kinds = window.execute("return window.kinds", &[])?;
        let kinds = kinds.as_array().into_iter().flatten();
        Ok(kinds.filter(|it| *it == kind).count())
    };
    close_and_wait_until_hidden(&desktop)?;
    for number in 1..=4 {
        assert_eq!(curl("GET", &url, None)?, 401);
        wait_until("the request was logged", || {
            let arguments = json!({ "environmentId": environment, "query": {} });
            let page = window
                .invoke("list_requests", &arguments)?
                .map_err(TestError::new)?;
            Ok((page["total"] == number).then_some(()))
        })?;
    }
    assert_eq!(
        (count("requests")?, count("usage")?),
        (0, 0),
        "the window is not seen"
    );
    tray.click("Open Keystile")?;
    wait_until("the window learned of the requests and the usage", || {
        Ok((count("requests")? > 0 && count("usage")? > 0).then_some(()))
    })?;
    assert_eq!(count("requests")?, 1, "one event for all requests");
    Ok(())
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
    window.wait_until_exited()
}
