//! The main path with its exact texts: from an empty database to a key in the list.

use keystile_tests::database::Database;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window};

const ALERT: &str = "Store this private key securely - For security reasons, you won't be able to view it again in \
    Keystile. If you lose this secret key, you'll need to generate a new one.";

/// Returns the description of the current environment in the sidebar.
fn sidebar_description(window: &Window<'_>) -> TestResult<String> {
    let description = window.execute(
        "return document.querySelector('sidebar-environments [aria-current]')?.getAttribute('aria-description') ?? ''",
        &[],
    )?;
    Ok(description.as_str().unwrap_or_default().to_owned())
}

#[test]
fn first_key_is_issued_shown_once_copied_and_listed() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.find("heading", "Create your first API key")?;
    window.screenshot("first-run-1180x760")?;
    window.fill("Project name", "Acme Shop")?;
    window.fill("Environment name", "staging")?;
    window.click("button", "Create environment")?;
    window.find("heading", "No API keys yet")?;
    assert_eq!(
        sidebar_description(&window)?,
        "No active keys",
        "an environment without a copied key is not active"
    );

    // API Keys → New → Create.
    let tab = window.find("link", "API Keys")?;
    assert_eq!(
        window.property(&tab, "ariaCurrent")?,
        "page",
        "first run lands on the API Keys tab"
    );
    let new = window.find("button", "New")?;
    assert!(
        window.is_focused(&new)?,
        "New has the focus in an empty list"
    );
    window.click("button", "New")?;
    window.find("dialog", "New API key")?;
    window.fill("API Key Name", "ci-writer")?;
    window.click("checkbox", "Write")?;
    window.click("button", "Create")?;

    // The prompt.
    let prompt = window.find("alertdialog", "Your new API key")?;
    let shown = window.read_prompt()?;
    let alert = window.execute(
        "return document.querySelector('#prompt-alert p').textContent",
        &[],
    )?;
    assert_eq!(alert, ALERT, "the alert's text is fixed");
    let strong = window.execute(
        "return document.querySelector('#prompt-alert p b').textContent",
        &[],
    )?;
    assert_eq!(
        strong, "Store this private key securely",
        "its first clause is strong"
    );
    let text = window.text(&prompt)?;
    for part in [
        "ci-writer",
        "Acme Shop/staging",
        "Save this API key in a secure place. Keystile can't show it again.",
    ] {
        assert!(
            text.contains(part),
            "the prompt must contain {part:?}: {text}"
        );
    }
    assert!(
        shown.key.starts_with("ks_") && shown.key.contains(&shown.key_id),
        "the key must have the key format, with its id"
    );
    assert!(
        window.is_close_disabled()?,
        "Close is disabled before the key was copied"
    );
    let copy = window.find("button", "Copy")?;
    assert!(window.is_focused(&copy)?, "Copy is focused first");
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        None,
        "showing a key copies nothing"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state = 'pending'")?,
        1,
        "an uncopied key must be pending"
    );

    // Copy.
    window.copy_key()?;
    window.wait_for_announcement("Copied to the clipboard.")?;
    window.wait_for_announcement("staging is active")?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?.as_deref(),
        Some(shown.key.as_str()),
        "the clipboard holds exactly the key"
    );
    assert_eq!(
        desktop
            .selection_as(Selection::Clipboard, "x-kde-passwordManagerHint")?
            .as_deref(),
        Some("secret"),
        "the copy must be marked secret for clipboard histories"
    );
    assert!(
        window.is_focused(&copy)?,
        "focus stays where it was when Close becomes enabled"
    );
    assert_eq!(
        database.count_audit_rows("key.claimed")?,
        1,
        "the claim is in the audit log"
    );
    window.find("button", "Copy again")?;
    window.click("button", "Copy again")?;
    window.find("button", "Copied")?;
    assert_eq!(
        database.count_audit_rows("key.claimed")?,
        1,
        "a second copy changes nothing"
    );

    // Close.
    window.close_prompt()?;
    let row = window.row_text("ci-writer")?;
    assert!(
        row.contains("Read") && row.contains("Write") && row.contains("Active"),
        "the list must show the new key: {row}"
    );
    let is_row_focused =
        window.execute("return document.activeElement?.dataset.key ?? null", &[])?;
    assert_eq!(
        is_row_focused,
        shown.key_id.as_str(),
        "focus goes to the row of the new key"
    );
    assert_eq!(
        sidebar_description(&window)?,
        "",
        "the environment is active once its first key was copied"
    );
    let content = window.page_content()?;
    let secret = shown.key.rsplit('_').next().unwrap_or_default();
    assert!(secret.len() > 30, "the secret part is the last one");
    assert!(
        !content.contains(secret),
        "the key is nowhere on the screen, in the document, its storage or its address"
    );
    let result = window.invoke(
        "reveal_key",
        &serde_json::json!({ "ticket": shown.ticket, "plain": true }),
    )?;
    assert_eq!(
        result.map_err(|result| result["code"].clone()),
        Err("unknown_ticket".into()),
        "a closed prompt must not reveal its key"
    );
    window.screenshot("key-list-1180x760")?;
    Ok(())
}
