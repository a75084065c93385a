//! The system keychain with a real gnome-keyring: saved, read by another program, locked, absent, hung, copied again,
//! removed, and orphaned by a killed program.

use std::time::Duration;

use keystile_tests::database::Database;
use keystile_tests::processes::signal;
use keystile_tests::user_flows::PromptContent;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, Keyring, TestResult, Window, wait_until, wait_until_within};
use rustix::process::Signal;

const SAVE: &str = "Save to system keychain";
const SAVED: &str = "Saved to Secret Service. Copy it again from the key's menu.";

fn prompt(desktop: &HeadlessDesktop) -> TestResult<(Window<'_>, PromptContent)> {
    let window = Window::open(desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    Ok((window, shown))
}

fn in_keyring(desktop: &HeadlessDesktop, shown: &PromptContent) -> TestResult<Option<String>> {
    desktop.keyring_secret(&format!("keystile/{}", shown.environment_id), &shown.key_id)
}

#[test]
fn saved_key_is_readable_copied_again_and_removed() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    window.click("button", SAVE)?;
    window.wait_for_announcement(SAVED)?;
    window.screenshot("prompt-saved-1180x760")?;
    assert_eq!(
        in_keyring(&desktop, &shown)?,
        Some(shown.key.clone()),
        "the keyring must hold exactly the key"
    );
    assert!(window.is_close_disabled()?, "saving must not enable Close");
    window.copy_key()?;
    window.close_prompt()?;
    window.find("img", "In system keychain")?;
    window.click("button", "Clear now")?;
    window.wait_for_announcement("Clipboard cleared.")?;

    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Copy from keychain")?;
    window.wait_for_text("Copied ci-writer to the clipboard")?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key.clone()),
        "a saved key can be copied again"
    );
    assert_eq!(
        desktop
            .selection_as(Selection::Clipboard, "x-kde-passwordManagerHint")?
            .as_deref(),
        Some("secret"),
        "the copy must be marked secret"
    );
    window.wait_for_text("Clipboard clears in")?;
    let secret = shown.key.rsplit('_').next().unwrap_or_default();
    assert!(
        !window.page_content()?.contains(secret),
        "a copy must not show the key"
    );

    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Remove from keychain")?;
    window.find("alertdialog", "Remove ci-writer from Secret Service?")?;
    window.screenshot("remove-from-keychain")?;
    window.wait_for_script(
        "Enter by mistake removes nothing",
        "document.activeElement.textContent === 'Cancel'",
    )?;
    window.click("button", "Cancel")?;
    window.find("img", "In system keychain")?;
    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Remove from keychain")?;
    window.wait_for_text("you can't copy it from Keystile anymore")?;
    assert_eq!(
        in_keyring(&desktop, &shown)?.as_deref(),
        Some(shown.key.as_str()),
        "removal needs confirmation: it may be the only copy"
    );
    window.click("button", "Remove from keychain")?;
    window.wait_for_text("Removed ci-writer from Secret Service. The key still works.")?;
    window.wait_until_gone("img", "In system keychain")?;
    assert_eq!(
        in_keyring(&desktop, &shown)?,
        None,
        "the entry must be gone"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state = 'active'")?,
        1,
        "removing the entry must not revoke the key"
    );
    Ok(())
}

#[test]
fn discarding_a_saved_key_removes_it_from_the_keyring() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    window.click("button", SAVE)?;
    window.wait_for_announcement(SAVED)?;
    window.click("button", "Discard key")?;
    window.click("button", "Discard and revoke")?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    wait_until("the entry left the keyring", || {
        Ok(in_keyring(&desktop, &shown)?.is_none().then_some(()))
    })
}

#[test]
fn locked_keyring_is_reported_and_works_once_unlocked() -> TestResult {
    let mut desktop = HeadlessDesktop::with(Keyring::Locked)?;
    failing_then_unlocked(&mut desktop, "is locked", "prompt-keychain-locked-1180x760")
}

#[test]
fn absent_keyring_is_reported_and_works_once_started() -> TestResult {
    let mut desktop = HeadlessDesktop::with(Keyring::Absent)?;
    failing_then_unlocked(
        &mut desktop,
        "The system keychain is not available",
        "prompt-keychain-absent-1180x760",
    )
}

/// Saves with a failing keyring, then with an unlocked one. The window borrows the desktop, so the keyring is passed
/// separately.
fn failing_then_unlocked(
    desktop: &mut HeadlessDesktop,
    sentence: &str,
    picture: &str,
) -> TestResult {
    let original_keyring = desktop.take_keyring();
    let (window, shown) = prompt(desktop)?;
    window.click("button", SAVE)?;
    window.wait_for_announcement(sentence)?;
    window.screenshot(picture)?;
    assert!(
        window.is_close_disabled()?,
        "a failure to save must not enable Close"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database
            .query_texts("SELECT state FROM keychain_entries")?
            .len(),
        0,
        "a failed save must leave no entry"
    );
    drop(original_keyring);
    let _unlocked = desktop.run_keyring(true)?;
    window.click("button", SAVE)?;
    window.wait_for_announcement(SAVED)?;
    assert_eq!(
        in_keyring(desktop, &shown)?,
        Some(shown.key.clone()),
        "saving must work without a restart"
    );
    window.copy_key()?;
    window.close_prompt()
}

#[test]
fn hung_keyring_does_not_block_the_window() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    desktop.keyring()?.signal(Signal::STOP);
    window.click("button", SAVE)?;
    window.find("button", "Saving to system keychain")?;
    window.screenshot("prompt-keychain-waiting-1180x760")?;
    // Copying must work while the keyring hangs.
    window.click("button", "Copy")?;
    wait_until_within(
        Duration::from_secs(8),
        "the key could be copied while the keyring hung",
        || {
            Ok(
                (desktop.selection_text(Selection::Clipboard)? == Some(shown.key.clone()))
                    .then_some(()),
            )
        },
    )?;
    wait_until_within(
        Duration::from_secs(25),
        "the window stopped waiting for the keyring after 20 s",
        || {
            Ok(window
                .live_region_text()?
                .contains("The system keychain does not respond")
                .then_some(()))
        },
    )?;
    window.screenshot("prompt-keychain-hung-1180x760")?;
    desktop.keyring()?.signal(Signal::CONT);
    window.click("button", "Discard key")?;
    window.click("button", "Discard and revoke")?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    wait_until_within(
        Duration::from_secs(70),
        "the late entry was removed",
        || {
            let database = Database::at(&desktop.database())?;
            // The row stays while the process runs, because the abandoned call may still write.
            let rows = database.query_texts("SELECT state FROM keychain_entries")?;
            let is_to_be_removed = rows.iter().all(|state| state == "removing");
            Ok((is_to_be_removed && in_keyring(&desktop, &shown)?.is_none()).then_some(()))
        },
    )
}

#[test]
fn orphaned_entry_is_removed_at_next_start() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    window.click("button", SAVE)?;
    window.wait_for_announcement(SAVED)?;
    signal(window.process_id(), Signal::KILL)?;
    window.wait_until_exited()?;
    drop(window);
    assert!(
        in_keyring(&desktop, &shown)?.is_some(),
        "the killed program leaves its entry"
    );
    let window = Window::open(&desktop)?;
    window.wait_for_text("was never copied, so it was revoked.")?;
    wait_until("the orphan left the keyring", || {
        Ok(in_keyring(&desktop, &shown)?.is_none().then_some(()))
    })
}
