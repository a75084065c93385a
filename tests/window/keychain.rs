//! The system keychain, real gnome-keyring: saved and read back by another program, locked, absent, hung, copied again,
//! removed, and what a killed program leaves behind.

use std::time::Duration;

use keystile_tests::clipboard::Selection;
use keystile_tests::database::Database;
use keystile_tests::processes::signal;
use keystile_tests::steps::Shown;
use keystile_tests::{Desk, Journey, Keyring, Window, until, until_within};
use rustix::process::Signal;

const SAVE: &str = "Save to system keychain";
const SAVED: &str = "Saved in Secret Service. It can be copied from there again, never shown.";

fn prompt(desk: &Desk) -> Journey<(Window<'_>, Shown)> {
    let window = Window::open(desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    Ok((window, shown))
}

fn in_keyring(desk: &Desk, shown: &Shown) -> Journey<Option<String>> {
    desk.secret(&format!("keystile/{}", shown.environment_id), &shown.key_id)
}

#[test]
fn a_saved_key_is_read_back_by_another_program_copied_again_and_removed() -> Journey {
    let desk = Desk::new()?;
    let (window, shown) = prompt(&desk)?;
    window.press("button", SAVE)?;
    window.wait_said(SAVED)?;
    window.screenshot("prompt-saved-1180x760")?;
    assert_eq!(
        in_keyring(&desk, &shown)?,
        Some(shown.key.clone()),
        "another program finds exactly the key in the keyring"
    );
    assert!(
        window.is_close_disabled()?,
        "saving is not copying: Close stays disabled"
    );
    window.copy()?;
    window.close()?;
    window.find("img", "In system keychain")?;
    window.press("button", "Clear now")?;
    window.wait_said("Clipboard cleared.")?;

    window.press("button", "Actions for ci-writer")?;
    window.press("menuitem", "Copy from keychain")?;
    window.wait_text("ci-writer copied from Secret Service.")?;
    assert_eq!(
        desk.pasted(Selection::Clipboard)?,
        Some(shown.key.clone()),
        "a saved key can be copied again"
    );
    assert_eq!(
        desk.converted(Selection::Clipboard, "x-kde-passwordManagerHint")?
            .as_deref(),
        Some("secret"),
        "by the same rules as in its prompt"
    );
    window.wait_text("Clipboard clears in")?;
    let secret = shown.key.rsplit('_').next().unwrap_or_default();
    assert!(
        !window.everything()?.contains(secret),
        "copied from the keychain, never shown"
    );

    window.press("button", "Actions for ci-writer")?;
    window.press("menuitem", "Remove from keychain")?;
    window.find("alertdialog", "Remove ci-writer from Secret Service?")?;
    window.screenshot("remove-from-keychain")?;
    window.until_script(
        "Enter by mistake removes nothing",
        "document.activeElement.textContent === 'Cancel'",
    )?;
    window.press("button", "Cancel")?;
    window.find("img", "In system keychain")?;
    window.press("button", "Actions for ci-writer")?;
    window.press("menuitem", "Remove from keychain")?;
    window.wait_text("Keystile cannot show or copy it again")?;
    assert_eq!(
        in_keyring(&desk, &shown)?.as_deref(),
        Some(shown.key.as_str()),
        "it may be the only copy, so nothing happens before the answer"
    );
    window.press("button", "Remove from keychain")?;
    window.wait_text("ci-writer removed from Secret Service. The key still works.")?;
    window.wait_gone("img", "In system keychain")?;
    assert_eq!(
        in_keyring(&desk, &shown)?,
        None,
        "another program finds nothing any more"
    );
    let database = Database::at(&desk.database())?;
    assert_eq!(
        database.keys_that("state = 'active'")?,
        1,
        "removing the entry does not touch the key"
    );
    Ok(())
}

#[test]
fn discarding_a_saved_key_takes_it_out_of_the_keyring() -> Journey {
    let desk = Desk::new()?;
    let (window, shown) = prompt(&desk)?;
    window.press("button", SAVE)?;
    window.wait_said(SAVED)?;
    window.press("button", "Discard key")?;
    window.press("button", "Discard and revoke")?;
    window.wait_gone("alertdialog", "Your new API key")?;
    until("the entry left the keyring", || {
        Ok(in_keyring(&desk, &shown)?.is_none().then_some(()))
    })
}

#[test]
fn a_locked_keyring_is_said_and_works_once_it_is_unlocked() -> Journey {
    let mut desk = Desk::with(Keyring::Locked)?;
    failing_then_unlocked(&mut desk, "is locked", "prompt-keychain-locked-1180x760")
}

#[test]
fn an_absent_keyring_is_said_and_works_once_it_has_started() -> Journey {
    let mut desk = Desk::with(Keyring::Absent)?;
    failing_then_unlocked(
        &mut desk,
        "This computer has no system keychain that Keystile can reach",
        "prompt-keychain-absent-1180x760",
    )
}

/// The window borrows the desk, so the keyring is exchanged beside it.
fn failing_then_unlocked(desk: &mut Desk, sentence: &str, picture: &str) -> Journey {
    let spare = desk.take_keyring();
    let (window, shown) = prompt(desk)?;
    window.press("button", SAVE)?;
    window.wait_said(sentence)?;
    window.screenshot(picture)?;
    assert!(
        window.is_close_disabled()?,
        "a failure to save changes nothing about copying"
    );
    let database = Database::at(&desk.database())?;
    assert_eq!(
        database.texts("SELECT state FROM keychain_entries")?.len(),
        0,
        "an entry that was refused is not remembered as one"
    );
    drop(spare);
    let _unlocked = desk.keyring_process(true)?;
    window.press("button", SAVE)?;
    window.wait_said(SAVED)?;
    assert_eq!(
        in_keyring(desk, &shown)?,
        Some(shown.key.clone()),
        "it works without restarting Keystile"
    );
    window.copy()?;
    window.close()
}

#[test]
fn a_keyring_that_hangs_never_blocks_the_window() -> Journey {
    let desk = Desk::new()?;
    let (window, shown) = prompt(&desk)?;
    desk.keyring()?.signal(Signal::STOP);
    window.press("button", SAVE)?;
    window.find("button", "Saving to system keychain")?;
    window.screenshot("prompt-keychain-waiting-1180x760")?;
    // What matters most works while the keyring hangs.
    window.press("button", "Copy")?;
    until_within(
        Duration::from_secs(8),
        "the key could be copied while the keyring hung",
        || Ok((desk.pasted(Selection::Clipboard)? == Some(shown.key.clone())).then_some(())),
    )?;
    until_within(
        Duration::from_secs(25),
        "the window gave the keyring up after 20 s",
        || {
            Ok(window
                .said()?
                .contains("The system keychain does not answer")
                .then_some(()))
        },
    )?;
    window.screenshot("prompt-keychain-hung-1180x760")?;
    desk.keyring()?.signal(Signal::CONT);
    window.press("button", "Discard key")?;
    window.press("button", "Discard and revoke")?;
    window.wait_gone("alertdialog", "Your new API key")?;
    until_within(
        Duration::from_secs(70),
        "what was written late was taken out again",
        || {
            let database = Database::at(&desk.database())?;
            // The row stays while this process lives: the call it gave up may still write.
            let rows = database.texts("SELECT state FROM keychain_entries")?;
            let is_to_be_removed = rows.iter().all(|state| state == "removing");
            Ok((is_to_be_removed && in_keyring(&desk, &shown)?.is_none()).then_some(()))
        },
    )
}

#[test]
fn an_entry_that_a_killed_program_left_behind_is_removed_at_the_next_start() -> Journey {
    let desk = Desk::new()?;
    let (window, shown) = prompt(&desk)?;
    window.press("button", SAVE)?;
    window.wait_said(SAVED)?;
    signal(window.process(), Signal::KILL)?;
    until("the program ended", || Ok(window.has_ended().then_some(())))?;
    drop(window);
    assert!(
        in_keyring(&desk, &shown)?.is_some(),
        "the killed program could not tidy up"
    );
    let window = Window::open(&desk)?;
    window.wait_text("was never copied and has been revoked.")?;
    until("the orphan left the keyring", || {
        Ok(in_keyring(&desk, &shown)?.is_none().then_some(()))
    })
}
