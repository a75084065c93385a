//! The frame of the window: sidebar, palette, last place, and quitting while a gateway is in use.

use keystile_tests::curl::curl;
use keystile_tests::input::key;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};
use serde_json::json;

fn shown_tab(window: &Window<'_>) -> TestResult<String> {
    let hash = window.execute("return location.hash.split('/').at(-1)", &[])?;
    Ok(hash.as_str().unwrap_or_default().to_owned())
}

fn wait_for_heading(window: &Window<'_>, name: &str, tab: &str) -> TestResult {
    wait_until(&format!("{name} was shown at its {tab}"), || {
        let heading = window.find_now("heading", name)?;
        Ok((heading.is_some() && shown_tab(window)? == tab).then_some(()))
    })
}

/// Creates a project with the environments `staging` and `production`.
fn two_environments(window: &Window<'_>) -> TestResult {
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_another_environment("production")?;
    wait_for_heading(window, "production", "keys")
}

#[test]
fn switching_keeps_the_tab_and_the_next_start_reopens_the_place() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    two_environments(&window)?;
    window.click("link", "Gateway")?;
    window.click("link", "staging")?;
    wait_for_heading(&window, "staging", "gateway")?;
    window.screenshot("sidebar-1180x760")?;
    desktop.x11()?.close_window("Keystile")?;
    window.wait_until_exited()?;
    drop(window);
    let window = Window::open(&desktop)?;
    wait_for_heading(&window, "staging", "gateway")
}

#[test]
fn palette_opens_places_and_recognizes_a_pasted_key() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    two_environments(&window)?;
    let shown = window.create_key("ci-writer")?;
    window.copy_key()?;
    window.close_prompt()?;
    window.press_keys(&[key::CONTROL], &["k"])?;
    window.find("combobox", "Search")?;
    window.press_keys(&[], &["s", "t", "a", "g", "i"])?;
    window.press_keys(&[], &[key::ENTER])?;
    wait_until("staging was shown", || {
        window.find_now("heading", "staging")
    })?;

    window.press_keys(&[key::CONTROL], &["k"])?;
    window.find("combobox", "Search")?;
    window.press_keys(&[key::CONTROL], &["v"])?;
    window.wait_for_text("Recognized by its ID.")?;
    window.screenshot("palette-pasted-key")?;
    let secret = shown.key.rsplit('_').next().unwrap_or_default();
    assert!(
        !window.page_content()?.contains(secret),
        "a pasted key must be nowhere in the page"
    );
    window.press_keys(&[], &[key::ENTER])?;
    wait_for_heading(&window, "production", "keys")?;
    window.wait_for_script(
        "the row of the key had the focus",
        &format!("document.activeElement.dataset.key === '{}'", shown.key_id),
    )
}

#[test]
fn quitting_asks_while_a_gateway_is_in_use() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let url = window.start_sample_gateway()?;
    assert_eq!(curl("GET", &url, None)?, 401);
    wait_until("the request was listed", || {
        let rows = window.execute(
            "return document.querySelectorAll('request-log tbody tr').length",
            &[],
        )?;
        Ok((rows != json!(0)).then_some(()))
    })?;
    desktop.x11()?.close_window("Keystile")?;
    window.find("alertdialog", "Stop the gateway and quit?")?;
    window.wait_for_text("Acme Shop/staging")?;
    window.screenshot("quit-gateway-in-use")?;
    window.click("button", "Cancel")?;
    window.wait_until_gone("alertdialog", "Stop the gateway and quit?")?;
    assert_eq!(
        curl("GET", &url, None)?,
        401,
        "Cancel must keep the gateway running"
    );
    window.press_keys(&[key::CONTROL], &["q"])?;
    window.find("alertdialog", "Stop the gateway and quit?")?;
    // The program ends before WebDriver could respond to a click.
    window.execute(
        "setTimeout(() => document.querySelector('quit-dialog .primary').click())",
        &[],
    )?;
    window.wait_until_exited()
}
