//! The system keychain, real gnome-keyring: saved and read back by another program, locked, absent, hung, copied again,
//! removed, and what a killed program leaves behind.

use std::time::Duration;

use keystile_tests::database::Database;
use keystile_tests::processes::signal;
use keystile_tests::user_flows::PromptContent;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, Keyring, TestResult, Window, wait_until, wait_until_within};
use rustix::process::Signal;

const SAVE: &str = "Save to system keychain";
const SAVED: &str = "Saved in Secret Service. It can be copied from there again, never shown.";

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
fn a_saved_key_is_read_back_by_another_program_copied_again_and_removed() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    window.click("button", SAVE)?;
    window.wait_for_announcement(SAVED)?;
    window.screenshot("prompt-saved-1180x760")?;
    assert_eq!(
        in_keyring(&desktop, &shown)?,
        Some(shown.key.clone()),
        "another program finds exactly the key in the keyring"
    );
    assert!(
        window.is_close_disabled()?,
        "saving is not copying: Close stays disabled"
    );
    window.copy_key()?;
    window.close_prompt()?;
    window.find("img", "In system keychain")?;
    window.click("button", "Clear now")?;
    window.wait_for_announcement("Clipboard cleared.")?;

    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Copy from keychain")?;
    window.wait_for_text("ci-writer copied from Secret Service.")?;
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
        "by the same rules as in its prompt"
    );
    window.wait_for_text("Clipboard clears in")?;
    let secret = shown.key.rsplit('_').next().unwrap_or_default();
    assert!(
        !window.page_content()?.contains(secret),
        "copied from the keychain, never shown"
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
    window.wait_for_text("Keystile cannot show or copy it again")?;
    assert_eq!(
        in_keyring(&desktop, &shown)?.as_deref(),
        Some(shown.key.as_str()),
        "it may be the only copy, so nothing happens before the answer"
    );
    window.click("button", "Remove from keychain")?;
    window.wait_for_text("ci-writer removed from Secret Service. The key still works.")?;
    window.wait_until_gone("img", "In system keychain")?;
    assert_eq!(
        in_keyring(&desktop, &shown)?,
        None,
        "another program finds nothing any more"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state = 'active'")?,
        1,
        "removing the entry does not touch the key"
    );
    Ok(())
}

#[test]
fn discarding_a_saved_key_takes_it_out_of_the_keyring() -> TestResult {
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
fn a_locked_keyring_is_said_and_works_once_it_is_unlocked() -> TestResult {
    let mut desktop = HeadlessDesktop::with(Keyring::Locked)?;
    failing_then_unlocked(&mut desktop, "is locked", "prompt-keychain-locked-1180x760")
}

#[test]
fn an_absent_keyring_is_said_and_works_once_it_has_started() -> TestResult {
    let mut desktop = HeadlessDesktop::with(Keyring::Absent)?;
    failing_then_unlocked(
        &mut desktop,
        "This computer has no system keychain that Keystile can reach",
        "prompt-keychain-absent-1180x760",
    )
}

/// The window borrows the desktop, so the keyring is exchanged beside it.
fn failing_then_unlocked(
    desktop: &mut HeadlessDesktop,
    sentence: &str,
    picture: &str,
) -> TestResult {
    let spare = desktop.take_keyring();
    let (window, shown) = prompt(desktop)?;
    window.click("button", SAVE)?;
    window.wait_for_announcement(sentence)?;
    window.screenshot(picture)?;
    assert!(
        window.is_close_disabled()?,
        "a failure to save changes nothing about copying"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database
            .query_texts("SELECT state FROM keychain_entries")?
            .len(),
        0,
        "an entry that was refused is not remembered as one"
    );
    drop(spare);
    let _unlocked = desktop.run_keyring(true)?;
    window.click("button", SAVE)?;
    window.wait_for_announcement(SAVED)?;
    assert_eq!(
        in_keyring(desktop, &shown)?,
        Some(shown.key.clone()),
        "it works without restarting Keystile"
    );
    window.copy_key()?;
    window.close_prompt()
}

#[test]
fn a_keyring_that_hangs_never_blocks_the_window() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    desktop.keyring()?.signal(Signal::STOP);
    window.click("button", SAVE)?;
    window.find("button", "Saving to system keychain")?;
    window.screenshot("prompt-keychain-waiting-1180x760")?;
    // What matters most works while the keyring hangs.
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
        "the window gave the keyring up after 20 s",
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
        "what was written late was taken out again",
        || {
            let database = Database::at(&desktop.database())?;
            // The row stays while this process lives: the call it gave up may still write.
            let rows = database.query_texts("SELECT state FROM keychain_entries")?;
            let is_to_be_removed = rows.iter().all(|state| state == "removing");
            Ok((is_to_be_removed && in_keyring(&desktop, &shown)?.is_none()).then_some(()))
        },
    )
}

#[test]
fn an_entry_that_a_killed_program_left_behind_is_removed_at_the_next_start() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    window.click("button", SAVE)?;
    window.wait_for_announcement(SAVED)?;
    signal(window.process_id(), Signal::KILL)?;
    wait_until("the program ended", || {
        Ok(window.has_exited().then_some(()))
    })?;
    drop(window);
    assert!(
        in_keyring(&desktop, &shown)?.is_some(),
        "the killed program could not tidy up"
    );
    let window = Window::open(&desktop)?;
    window.wait_for_text("was never copied and has been revoked.")?;
    wait_until("the orphan left the keyring", || {
        Ok(in_keyring(&desktop, &shown)?.is_none().then_some(()))
    })
}
