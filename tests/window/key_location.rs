//! The key location of an environment: the window sets it, the gateway applies it, and every example names it.

use keystile_tests::curl::{curl, curl_with_header};
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};
use serde_json::json;

fn edit(window: &Window<'_>) -> TestResult {
    window.click("button", "Actions for staging")?;
    window.click("menuitem", "Edit")?;
    window.find("dialog", "Edit environment").map(drop)
}

fn save(window: &Window<'_>) -> TestResult {
    window.click("button", "Save")?;
    window.wait_until_gone("dialog", "Edit environment")?;
    window.wait_for_text("Saved staging")
}

/// Copies the curl command of the Connect page and returns the clipboard's content.
fn curl_command(window: &Window<'_>) -> TestResult<String> {
    window.click("link", "Gateway")?;
    window.click("link", "Connect")?;
    window.click("radio", "Code")?;
    window.click("button", "Copy")?;
    wait_until("the command was copied", || {
        let pasted = window.desktop().selection_text(Selection::Clipboard)?;
        Ok(pasted.filter(|text| text.contains("curl")))
    })
}

#[test]
fn key_location_applies_to_the_next_request_and_is_named_in_examples() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let key = window.create_key("ci")?.key;
    window.copy_key()?;
    window.close_prompt()?;
    let url = window.start_sample_gateway()?;
    let in_header = format!("X-Acme-Key: {key}");
    assert_eq!(
        curl("GET", &url, Some(&key))?,
        200,
        "X-API-KEY is accepted by default"
    );

    edit(&window)?;
    window.select_option("Key location", "Custom header")?;
    window.fill("Header name", "Cookie")?;
    window.click("button", "Save")?;
    window.wait_for_text(
        "This header is reserved for another purpose. Use a header such as X-Acme-Key.",
    )?;
    let field = window.find("textbox", "Header name")?;
    assert_eq!(
        window.property(&field, "ariaInvalid")?,
        json!("true"),
        "the error belongs to the field with the name"
    );
    assert!(
        window.is_focused(&field)?,
        "the focus is where something has to be corrected"
    );
    window.screenshot("key-location-invalid")?;
    window.fill("Header name", "X-Acme-Key")?;
    save(&window)?;
    assert_eq!(
        curl_with_header("GET", &url, Some(&in_header))?,
        200,
        "the location must apply to the next request"
    );
    assert_eq!(
        curl("GET", &url, Some(&key))?,
        400,
        "a key in X-API-KEY must be rejected, because the header is forwarded to the API"
    );
    assert_eq!(
        curl("GET", &url, Some("of-the-api"))?,
        401,
        "X-API-KEY must be forwarded without a key check"
    );

    let command = curl_command(&window)?;
    assert!(
        command.contains("x-acme-key: ") && !command.to_lowercase().contains("x-api-key"),
        "the copied command sends the key where it is read: {command}"
    );
    window.click("link", "Connect")?;
    window.wait_for_text("-H \"x-acme-key: $API_KEY\"")?;
    window.click("radio", "Your proxy")?;
    window.wait_for_script(
        "the proxy's configuration named the header",
        "document.querySelector('proxy-snippet pre').textContent.toLowerCase().includes('x-acme-key')",
    )?;
    window.screenshot("key-location-gateway")?;
    window.click("link", "Overview")?;
    window.wait_for_text("Key location x-acme-key")?;
    window.screenshot("key-location-overview")?;
    window.click("link", "Playground")?;
    window.select_option("Key", "Paste a key")?;
    window.fill("Pasted key", &key)?;
    window.fill("Path", "/products")?;
    window.click("button", "Send")?;
    window.wait_for_text("200 OK")?;

    edit(&window)?;
    let field = window.find("textbox", "Header name")?;
    assert_eq!(
        window.property(&field, "value")?,
        json!("x-acme-key"),
        "the form shows what is stored"
    );
    window.select_option("Key location", "Authorization: Bearer")?;
    save(&window)?;
    let authorization = format!("Authorization: Bearer {key}");
    assert_eq!(
        curl_with_header("GET", &url, Some(&authorization))?,
        200,
        "the bearer token must be the key"
    );
    assert_eq!(
        curl_with_header("GET", &url, Some(&in_header))?,
        400,
        "the header belongs to the API again"
    );
    window.click("button", "Undo")?;
    wait_until("the header carried the key again", || {
        Ok((curl_with_header("GET", &url, Some(&in_header))? == 200).then_some(()))
    })
}
