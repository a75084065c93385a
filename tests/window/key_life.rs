//! The life of a key in the window: edited, expiring, extended, paused, revoked for a reason, and its history.

use keystile_tests::curl::curl;
use keystile_tests::input::key;
use keystile_tests::{HeadlessDesktop, TestResult, Window};

/// Creates an environment with a gateway in front of the sample API and a key. Returns the URL and the key.
fn guarded_key(window: &Window<'_>, name: &str) -> TestResult<(String, String)> {
    window.create_first_environment("Acme Shop", "staging")?;
    let url = window.start_sample_gateway()?;
    window.click("link", "API Keys")?;
    let shown = window.create_key(name)?;
    window.copy_key()?;
    window.close_prompt()?;
    window.row_text(name)?;
    Ok((url, shown.key))
}

/// Opens the menu of a key and chooses an item.
fn choose(window: &Window<'_>, key: &str, item: &str) -> TestResult {
    window.click("button", &format!("Actions for {key}"))?;
    window.click("menuitem", item)
}

/// Presses the radio button of a dialog whose label contains this text.
fn select(window: &Window<'_>, text: &str) -> TestResult {
    window.wait_for_script(
        &format!("{text} was selected"),
        &format!(
            "[...document.querySelectorAll('dialog[open] input[type=radio]')].some((input) => {{
               const isMeant = input.labels[0]?.textContent.includes('{text}');
               if (isMeant) input.click();
               return isMeant;
             }})"
        ),
    )
}

#[test]
fn edited_key_keeps_its_secret_and_undo_takes_the_edit_back() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (url, text) = guarded_key(&window, "ci")?;
    assert_eq!(
        curl("POST", &url, Some(&text))?,
        403,
        "the key may only read"
    );
    choose(&window, "ci", "Edit")?;
    window.find("dialog", "Edit ci")?;
    window.screenshot("key-edit")?;
    window.fill("API Key Name", "ci writer")?;
    window.click("checkbox", "Write")?;
    window.click("button", "Save")?;
    window.row_text("ci writer")?;
    assert_eq!(
        curl("POST", &url, Some(&text))?,
        201,
        "the permission applies to the next request"
    );
    window.screenshot("key-edited")?;
    window.press_keys(&[key::CONTROL], &["z"])?;
    window.wait_until_gone("button", "Actions for ci writer")?;
    window.row_text("ci")?;
    assert_eq!(curl("POST", &url, Some(&text))?, 403);
    Ok(())
}

#[test]
fn key_with_an_expiry_is_marked_and_extended() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.click("button", "New")?;
    window.fill("API Key Name", "short-lived")?;
    select(&window, "7 days")?;
    window.wait_for_text("Expires on")?;
    window.screenshot("new-key-expiry")?;
    window.click("button", "Create")?;
    window.find("alertdialog", "Your new API key")?;
    window.copy_key()?;
    window.close_prompt()?;
    assert!(
        window
            .row_text("short-lived")?
            .contains("Expires in 7 days"),
        "the row says when the key expires"
    );
    window.screenshot("key-expires-soon")?;
    choose(&window, "short-lived", "Extend")?;
    window.find("dialog", "Extend short-lived")?;
    window.screenshot("key-extend")?;
    select(&window, "90 days")?;
    window.click("button", "Extend")?;
    window.wait_for_script(
        "the row said nothing about the expiry",
        "!document.querySelector('.key-row').textContent.includes('Expires in')",
    )
}

#[test]
fn paused_key_shows_until_when_and_its_denied_callers() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (url, text) = guarded_key(&window, "ci")?;
    assert_eq!(curl("GET", &url, Some(&text))?, 200);
    choose(&window, "ci", "Disable for 15 minutes")?;
    window.wait_for_script(
        "the row showed the end of the pause",
        "document.querySelector('.key-row').textContent.includes('until')",
    )?;
    assert_eq!(curl("GET", &url, Some(&text))?, 401);
    window.execute("document.querySelector('.key-row .key-name').click()", &[])?;
    window.wait_for_text("Denied while disabled")?;
    window.wait_for_text("127.0.0.1")?;
    window.screenshot("key-paused")?;
    window.click("button", "Enable")?;
    window.wait_until_gone("button", "Enable")?;
    assert_eq!(curl("GET", &url, Some(&text))?, 200);
    Ok(())
}

#[test]
fn key_is_revoked_for_a_reason_that_its_details_show() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (url, text) = guarded_key(&window, "ci")?;
    assert_eq!(curl("GET", &url, Some(&text))?, 200);
    choose(&window, "ci", "Revoke")?;
    window.find("alertdialog", "Revoke ci?")?;
    select(&window, "Leaked")?;
    window.fill("Note", "in a build log")?;
    window.screenshot("revoke-reason")?;
    window.click("button", "Revoke key")?;
    window.click("button", "All 1")?;
    window.row_text("ci")?;
    assert_eq!(curl("GET", &url, Some(&text))?, 401);
    window.execute("document.querySelector('.key-row .key-name').click()", &[])?;
    window.wait_for_text("in a build log")?;
    window.execute(
        "document.querySelector('.key-panel details summary').click()",
        &[],
    )?;
    window.wait_for_script(
        "the history was shown",
        "/revoked/i.test(document.querySelector('.key-panel details').innerText)",
    )?;
    window.screenshot("key-history")
}
