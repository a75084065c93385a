//! From an empty database to a revoked key that is denied, with the sample API only.

use std::cell::Cell;

use keystile_tests::{HeadlessDesktop, TestResult, Window};

/// Returns the text of the shown response.
fn response(window: &Window<'_>) -> TestResult<String> {
    let text = window.execute(
        "return document.querySelector('response-view')?.innerText.replace(/\\s+/g, ' ').trim() ?? ''",
        &[],
    )?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

#[test]
fn sample_key_is_tried_and_revoked_in_twelve_clicks() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let clicks = Cell::new(0);
    let click = |role: &str, name: &str| {
        clicks.set(clicks.get() + 1);
        window.click(role, name)
    };
    let wait_for_response = |parts: &[&str]| {
        keystile_tests::wait_until(&format!("the response contained {parts:?}"), || {
            let text = response(&window)?;
            Ok(parts.iter().all(|part| text.contains(part)).then_some(()))
        })
    };
    window.screenshot("sample-first-run")?;
    click("button", "Try it with a sample API")?;
    let shown = window.read_prompt()?;
    window.screenshot("sample-prompt-before")?;
    click("button", "Copy")?;
    window.wait_for_close_enabled()?;
    window.wait_for_text("Read allowed")?;
    window.wait_for_text("Write denied")?;
    window.screenshot("sample-prompt-checked")?;
    click("button", "Try it")?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    click("button", "GET /products")?;
    wait_for_response(&["GET /products", "200 OK", "Allowed: reader has Read"])?;
    click("button", "POST /products")?;
    wait_for_response(&[
        "POST /products",
        "403 Forbidden",
        "Denied: reader needs Write",
    ])?;
    window.screenshot("sample-playground")?;
    assert!(
        !window.page_content()?.contains(&shown.key),
        "only Rust may hold the tried key"
    );
    click("button", "Show in request log")?;
    window.find("button", "Close details")?;
    window.screenshot("sample-request-details")?;
    click("button", "Revoke reader")?;
    window.find("alertdialog", "Revoke reader?")?;
    click("button", "Revoke key")?;
    window.wait_for_text("Revoked reader")?;
    click("link", "Playground")?;
    click("button", "GET /products")?;
    wait_for_response(&["GET /products", "401 Unauthorized", "Denied: key revoked"])?;
    window.screenshot("sample-revoked")?;
    assert!(
        clicks.get() <= 12,
        "the sample must take at most 12 clicks, not {}",
        clicks.get()
    );
    Ok(())
}
