//! Failures of the clipboard, the commit, and the database below the prompt: no copy is reported that did not happen.

use std::os::unix::fs::DirBuilderExt;
use std::time::Duration;

use keystile_tests::database::Database;
use keystile_tests::input::key;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};

/// Longer than the clipboard timeout of 2 s.
const TOO_LONG: Duration = Duration::from_millis(2600);

/// Presses Copy after a delay from a script in the page, so that the X server can be grabbed first.
const PRESS_SOON: &str = "const copy = [...document.querySelectorAll('one-time-prompt button')]
    .find((button) => /^Copy/.test(button.textContent.trim()));
  setTimeout(() => copy.click(), 150);";

#[test]
fn clipboard_timeout_is_reported_and_manual_copy_works() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    let x = desktop.x11()?;
    window.execute(PRESS_SOON, &[])?;
    x.grab_server_for(TOO_LONG)?;
    window.wait_for_announcement("Copy failed")?;
    window.screenshot("prompt-copy-failed-1180x760")?;
    assert!(
        window.is_close_disabled()?,
        "a failed copy must not enable Close"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state = 'pending'")?,
        1,
        "a failed copy must not claim the key"
    );
    let selected = window.execute("return String(getSelection())", &[])?;
    assert_eq!(
        selected,
        shown.key.as_str(),
        "the key is selected, ready to be copied by hand"
    );
    window.press_keys(&[key::CONTROL], &["c"])?;
    window.wait_for_close_enabled()?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key),
        "copying by hand puts the key into the clipboard"
    );
    window.close_prompt()
}

#[test]
fn failed_copy_keeps_close_disabled_and_key_can_be_discarded() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("before")?;
    window.copy_key()?;
    window.close_prompt()?;
    window.create_key("after")?;
    desktop.x11()?.kill_clipboard_owner()?;
    window.click("button", "Copy")?;
    window.wait_for_announcement("Copy failed")?;
    assert!(
        window.is_close_disabled()?,
        "a failed copy must not enable Close"
    );
    window.click("button", "Discard key")?;
    window.click("button", "Discard and revoke")?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.query_texts("SELECT state FROM keys ORDER BY name")?,
        ["discarded", "active"],
        "only the discarded key may be revoked"
    );
    Ok(())
}

#[test]
fn failed_commit_clears_the_clipboard_and_can_be_retried() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    let database = Database::at(&desktop.database())?;
    let reader = database.hold_read_lock()?;
    window.click("button", "Copy")?;
    wait_until("the key was in the clipboard before the commit", || {
        Ok(
            (desktop.selection_text(Selection::Clipboard)? == Some(shown.key.clone()))
                .then_some(()),
        )
    })?;
    assert!(
        window.is_close_disabled()?,
        "a key in the clipboard is not copied before it is claimed"
    );
    window.wait_for_announcement("Copy failed")?;
    window.screenshot("prompt-not-claimed-1180x760")?;
    assert!(
        window.is_close_disabled()?,
        "a claim that failed does not enable Close"
    );
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        None,
        "an unclaimed key must not stay in the clipboard"
    );
    drop(reader);
    assert_eq!(
        database.count_keys("state = 'pending'")?,
        1,
        "the key must still be pending"
    );
    window.press_keys(&[key::CONTROL], &["c"])?;
    window.wait_for_close_enabled()?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key),
        "copying by hand works once the database responds"
    );
    window.close_prompt()?;
    assert_eq!(
        database.count_keys("state = 'active' AND claimed_at IS NOT NULL")?,
        1,
        "the copy must claim the key"
    );
    Ok(())
}

#[test]
fn invalid_database_file_is_reported_and_kept() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let path = desktop.database();
    let folder = path.parent().unwrap_or(&path);
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let foreign = "this is a diary, not a database. ".repeat(200);
    std::fs::write(&path, &foreign)?;
    let window = Window::open(&desktop)?;
    window.find("heading", "Keystile couldn't start")?;
    window.wait_for_text("is damaged.")?;
    window.screenshot("start-failure-1180x760")?;
    assert_eq!(
        std::fs::read_to_string(&path)?,
        foreign,
        "the file must be kept unchanged"
    );
    std::fs::rename(&path, folder.join("diary"))?;
    window.click("button", "Try again")?;
    window.find("heading", "Create your first API key")?;
    Ok(())
}
