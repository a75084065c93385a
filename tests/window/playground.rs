//! The Playground sends requests with a saved or pasted key and explains the response.

use keystile_tests::{HeadlessDesktop, TestResult, Window};

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
    window.click("tab", "Gateway")?;
    window.click("button", "Use a sample API")?;
    window.click("tab", "Playground")?;
    window.click("button", "Start gateway")?;
    window.wait_until_gone("button", "Start gateway")?;
    window.screenshot("playground-empty")?;

    window.select_option("Key", "writer")?;
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
