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

#[test]
fn rotated_key_has_two_secrets_until_the_old_one_is_ended() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (url, old) = guarded_key(&window, "ci")?;
    choose(&window, "ci", "Rotate")?;
    window.find("dialog", "Rotate ci?")?;
    select(&window, "24 hours")?;
    window.screenshot("key-rotate")?;
    window.click("button", "Rotate key")?;
    window.find("alertdialog", "New secret for ci")?;
    window.wait_for_text("The old secret works for 24 hours after you copy the new one.")?;
    let new = window.read_prompt()?.key;
    assert_ne!(new, old);
    assert_eq!(
        [
            curl("GET", &url, Some(&old))?,
            curl("GET", &url, Some(&new))?
        ],
        [200, 401],
        "nothing changes before the new secret is copied"
    );
    window.screenshot("rotation-prompt")?;
    window.copy_key()?;
    window.wait_for_text("The old secret works until")?;
    window.screenshot("rotation-copied")?;
    window.click("button", "Close")?;
    window.wait_until_gone("alertdialog", "New secret for ci")?;
    assert_eq!(
        [
            curl("GET", &url, Some(&old))?,
            curl("GET", &url, Some(&new))?
        ],
        [200, 200]
    );
    window.execute("document.querySelector('.key-row .key-name').click()", &[])?;
    window.wait_for_text("Old secret until")?;
    window.wait_for_text("Last used")?;
    window.screenshot("key-old-secret")?;
    window.click("button", "End old secret")?;
    window.find("alertdialog", "End the old secret of ci?")?;
    window.screenshot("end-old-secret")?;
    window.execute(
        "document.querySelector('dialog[open] .destructive').click()",
        &[],
    )?;
    window.wait_for_text("Ended the old secret of ci")?;
    assert_eq!(
        [
            curl("GET", &url, Some(&old))?,
            curl("GET", &url, Some(&new))?
        ],
        [401, 200],
        "the old secret is denied from the next request on"
    );
    window.wait_until_gone("button", "End old secret")
}

#[test]
fn discarded_rotation_leaves_the_old_secret() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (url, old) = guarded_key(&window, "ci")?;
    choose(&window, "ci", "Rotate")?;
    window.find("dialog", "Rotate ci?")?;
    select(&window, "End now")?;
    window.click("button", "Rotate key")?;
    window.find("alertdialog", "New secret for ci")?;
    window.wait_for_text("The old secret ends when you copy the new one.")?;
    let new = window.read_prompt()?.key;
    window.click("button", "Discard secret")?;
    window.click("button", "Discard new secret")?;
    window.wait_for_text("Discarded the new secret of ci")?;
    assert_eq!(
        [
            curl("GET", &url, Some(&old))?,
            curl("GET", &url, Some(&new))?
        ],
        [200, 401]
    );
    Ok(())
}
