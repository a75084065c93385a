//! When something below the prompt fails: the clipboard, the commit, the database. Nothing claims to have been copied
//! that was not, and the ways on still work.

use std::os::unix::fs::DirBuilderExt;
use std::time::Duration;

use keystile_tests::database::Database;
use keystile_tests::input::key;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};

/// Longer than the 2 s a clipboard may take.
const TOO_LONG: Duration = Duration::from_millis(2600);

/// Presses Copy a moment later, from within the page, so that the X server can be taken first.
const PRESS_SOON: &str = "const copy = [...document.querySelectorAll('one-time-prompt button')]
    .find((button) => /^Copy/.test(button.textContent.trim()));
  setTimeout(() => copy.click(), 150);";

#[test]
fn a_clipboard_that_does_not_answer_is_said_and_copying_by_hand_works_afterwards() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    let x = desktop.x11()?;
    window.execute(PRESS_SOON, &[])?;
    x.grab_server_for(TOO_LONG)?;
    window.wait_for_announcement("Copying failed")?;
    window.screenshot("prompt-copy-failed-1180x760")?;
    assert!(
        window.is_close_disabled()?,
        "a failed copy does not enable Close"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state = 'pending'")?,
        1,
        "a failed copy claims nothing"
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
fn a_clipboard_that_is_broken_for_good_leaves_discard_as_the_way_out() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("before")?;
    window.copy_key()?;
    window.close_prompt()?;
    window.create_key("after")?;
    desktop.x11()?.kill_clipboard_owner()?;
    window.click("button", "Copy")?;
    window.wait_for_announcement("Copying failed")?;
    assert!(
        window.is_close_disabled()?,
        "a failed copy does not enable Close"
    );
    window.click("button", "Discard key")?;
    window.click("button", "Discard and revoke")?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.query_texts("SELECT state FROM keys ORDER BY name")?,
        ["discarded", "active"],
        "the key that could not be copied has ended, the other lives"
    );
    Ok(())
}

#[test]
fn a_commit_that_fails_takes_the_key_out_of_the_clipboard_and_can_be_tried_again() -> TestResult {
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
    window.wait_for_announcement("Copying failed")?;
    window.screenshot("prompt-not-claimed-1180x760")?;
    assert!(
        window.is_close_disabled()?,
        "a claim that failed does not enable Close"
    );
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        None,
        "a key that opens nothing is taken out of the clipboard"
    );
    drop(reader);
    assert_eq!(
        database.count_keys("state = 'pending'")?,
        1,
        "the key is as unclaimed as before"
    );
    window.press_keys(&[key::CONTROL], &["c"])?;
    window.wait_for_close_enabled()?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key),
        "copying by hand works once the database answers"
    );
    window.close_prompt()?;
    assert_eq!(
        database.count_keys("state = 'active' AND claimed_at IS NOT NULL")?,
        1,
        "and the key is claimed"
    );
    Ok(())
}

#[test]
fn a_file_that_is_no_database_is_refused_with_a_way_on_and_left_as_it_is() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let path = desktop.database();
    let folder = path.parent().unwrap_or(&path);
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let foreign = "this is somebody's diary, not a database. ".repeat(200);
    std::fs::write(&path, &foreign)?;
    let window = Window::open(&desktop)?;
    window.find("heading", "Keystile could not start")?;
    window.wait_for_text("is damaged.")?;
    window.screenshot("start-failure-1180x760")?;
    assert_eq!(
        std::fs::read_to_string(&path)?,
        foreign,
        "nothing already stored is lost"
    );
    std::fs::rename(&path, folder.join("diary"))?;
    window.click("button", "Try again")?;
    window.find("heading", "Issue your first API key")?;
    Ok(())
}
