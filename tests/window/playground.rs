//! The Playground: any request, with any key, and why it was answered so.

use keystile_tests::{Desk, Journey, Window};

#[test]
fn a_saved_and_a_pasted_key_are_sent_and_production_asks_first() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "production")?;
    window.press("button", "New")?;
    window.find("dialog", "New API key")?;
    window.fill("API Key Name", "writer")?;
    window.press("checkbox", "Write")?;
    window.press("button", "Create")?;
    let shown = window.shown()?;
    window.press("button", "Save to system keychain")?;
    window.wait_text("Saved in")?;
    window.copy()?;
    window.close()?;
    window.press("tab", "Gateway")?;
    window.press("button", "Use a sample API")?;
    window.press("tab", "Playground")?;
    window.press("button", "Start gateway")?;
    window.wait_gone("button", "Start gateway")?;
    window.screenshot("playground-empty")?;

    window.choose("Key", "writer")?;
    window.choose("Method", "POST")?;
    window.fill("Path", "/products")?;
    window.press("button", "Send")?;
    window.wait_text("to production.")?;
    window.screenshot("playground-production")?;
    window.press("button", "Send")?;
    window.wait_text("201 Created")?;
    window.wait_text("accepted: writer may write")?;

    window.choose("Method", "GET")?;
    window.choose("Key", "paste a key")?;
    window.fill("Pasted key", &shown.key)?;
    window.press("button", "Send")?;
    window.wait_text("200 OK")?;
    window.screenshot("playground-answer")?;
    window.until_script(
        "the pasted key was forgotten",
        "document.querySelector('#request-pasted').value === ''",
    )?;
    assert!(
        !window.everything()?.contains(&shown.key),
        "a key that was pasted is gone once it was sent"
    );
    Ok(())
}
