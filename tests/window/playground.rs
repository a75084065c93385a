//! The Playground sends requests with a saved or pasted key and explains the response.

use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};

#[test]
fn playground_sends_saved_and_pasted_keys_and_confirms_production() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "production")?;
    window.click("button", "New")?;
    window.find("dialog", "New API key")?;
    window.fill("API Key Name", "writer")?;
    window.click("checkbox", "Write")?;
    window.click("button", "Create")?;
    let shown = window.read_prompt()?;
    window.click("button", "Save to system keychain")?;
    window.wait_for_text("Saved to")?;
    window.copy_key()?;
    window.close_prompt()?;
    window.click("link", "Gateway")?;
    window.click("button", "Use a sample API")?;
    window.wait_for_text("Using the sample API")?;
    window.click("link", "Playground")?;
    window.click("button", "Start gateway")?;
    window.wait_until_gone("button", "Start gateway")?;
    window.screenshot("playground-empty")?;

    window.wait_for_script(
        "the key of the keychain was selected",
        "document.querySelector('#request-key').selectedOptions[0].text.trim() === 'writer'",
    )?;
    window.select_option("Method", "POST")?;
    window.fill("Path", "/products")?;
    window.click("button", "Send")?;
    window.wait_for_text("to production?")?;
    window.screenshot("playground-production")?;
    window.click("button", "Send")?;
    window.wait_for_text("201 Created")?;
    window.wait_for_text("Allowed: writer has Write")?;

    window.select_option("Method", "GET")?;
    window.select_option("Key", "Paste a key")?;
    window.fill("Pasted key", &shown.key)?;
    window.click("button", "Send")?;
    window.wait_for_text("200 OK")?;
    window.screenshot("playground-response")?;
    window.wait_for_script(
        "the pasted key was cleared",
        "document.querySelector('#request-pasted').value === ''",
    )?;
    assert!(
        !window.page_content()?.contains(&shown.key),
        "a pasted key must be cleared once it is sent"
    );
    Ok(())
}

#[test]
fn key_is_tried_without_a_gateway_and_an_unreachable_api_does_not_look_allowed() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("reader")?;
    window.copy_key()?;
    window.click("button", "Try it")?;
    let start = window.find("button", "Use the sample API and start")?;
    assert!(
        window.is_focused(&start)?,
        "the focus is on what has to be done first"
    );
    window.screenshot("playground-without-gateway")?;
    window.click("button", "Use the sample API and start")?;
    window.wait_until_gone("button", "Use the sample API and start")?;
    window.click("button", "GET /products")?;
    window.wait_for_text("Allowed: reader has Read")?;
    window.screenshot("playground-history")?;

    // The key is kept while the gateway is changed; nothing listens on port 1.
    window.click("link", "Gateway")?;
    window.fill("Endpoint", "127.0.0.1:1")?;
    window.click("button", "Save")?;
    window.wait_for_text("Endpoint set to http://127.0.0.1:1")?;
    window.click("link", "Playground")?;
    // The gateway applies the endpoint within a second.
    wait_until("the API was unreachable", || {
        window.click("button", "GET /products")?;
        Ok(window
            .page_content()?
            .contains("502 Bad Gateway")
            .then_some(()))
    })?;
    window.wait_for_text("Allowed, API unreachable")?;
    window.find("link", "Change endpoint")?;
    window.screenshot("playground-unreachable")?;
    Ok(())
}
