//! When something below the prompt fails: the clipboard, the commit, the database. Nothing claims to have been copied
//! that was not, and the ways on still work.

use std::os::unix::fs::DirBuilderExt;
use std::time::Duration;

use keystile_tests::clipboard::Selection;
use keystile_tests::database::Database;
use keystile_tests::hands::key;
use keystile_tests::{Desk, Journey, Window, until};

/// Longer than the 2 s a clipboard may take.
const TOO_LONG: Duration = Duration::from_millis(2600);

/// Presses Copy a moment later, from within the page, so that the X server can be taken first.
const PRESS_SOON: &str = "const copy = [...document.querySelectorAll('one-time-prompt button')]
    .find((button) => /^Copy/.test(button.textContent.trim()));
  setTimeout(() => copy.click(), 150);";

#[test]
fn a_clipboard_that_does_not_answer_is_said_and_copying_by_hand_works_afterwards() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    let x = desk.x()?;
    window.script(PRESS_SOON, &[])?;
    x.alone_for(TOO_LONG)?;
    window.wait_said("Copying failed")?;
    window.screenshot("prompt-copy-failed-1180x760")?;
    assert!(
        window.is_close_disabled()?,
        "a failed copy does not enable Close"
    );
    let database = Database::at(&desk.database())?;
    assert_eq!(
        database.keys_that("state = 'pending'")?,
        1,
        "a failed copy claims nothing"
    );
    let selected = window.script("return String(getSelection())", &[])?;
    assert_eq!(
        selected,
        shown.key.as_str(),
        "the key is selected, ready to be copied by hand"
    );
    window.keys(&[key::CONTROL], &["c"])?;
    window.wait_closable()?;
    assert_eq!(
        desk.pasted(Selection::Clipboard)?,
        Some(shown.key),
        "copying by hand puts the key into the clipboard"
    );
    window.close()
}

#[test]
fn a_clipboard_that_is_broken_for_good_leaves_discard_as_the_way_out() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("before")?;
    window.copy()?;
    window.close()?;
    window.create_key("after")?;
    desk.x()?.break_clipboard_of_holder()?;
    window.press("button", "Copy")?;
    window.wait_said("Copying failed")?;
    assert!(
        window.is_close_disabled()?,
        "a failed copy does not enable Close"
    );
    window.press("button", "Discard key")?;
    window.press("button", "Discard and revoke")?;
    window.wait_gone("alertdialog", "Your new API key")?;
    let database = Database::at(&desk.database())?;
    assert_eq!(
        database.texts("SELECT state FROM keys ORDER BY name")?,
        ["discarded", "active"],
        "the key that could not be copied has ended, the other lives"
    );
    Ok(())
}

#[test]
fn a_commit_that_fails_takes_the_key_out_of_the_clipboard_and_can_be_tried_again() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    let database = Database::at(&desk.database())?;
    let reader = database.hold_read_lock()?;
    window.press("button", "Copy")?;
    until("the key was in the clipboard before the commit", || {
        Ok((desk.pasted(Selection::Clipboard)? == Some(shown.key.clone())).then_some(()))
    })?;
    assert!(
        window.is_close_disabled()?,
        "a key in the clipboard is not copied before it is claimed"
    );
    window.wait_said("Copying failed")?;
    window.screenshot("prompt-not-claimed-1180x760")?;
    assert!(
        window.is_close_disabled()?,
        "a claim that failed does not enable Close"
    );
    assert_eq!(
        desk.pasted(Selection::Clipboard)?,
        None,
        "a key that opens nothing is taken out of the clipboard"
    );
    drop(reader);
    assert_eq!(
        database.keys_that("state = 'pending'")?,
        1,
        "the key is as unclaimed as before"
    );
    window.keys(&[key::CONTROL], &["c"])?;
    window.wait_closable()?;
    assert_eq!(
        desk.pasted(Selection::Clipboard)?,
        Some(shown.key),
        "copying by hand works once the database answers"
    );
    window.close()?;
    assert_eq!(
        database.keys_that("state = 'active' AND claimed_at IS NOT NULL")?,
        1,
        "and the key is claimed"
    );
    Ok(())
}

#[test]
fn a_file_that_is_no_database_is_refused_with_a_way_on_and_left_as_it_is() -> Journey {
    let desk = Desk::new()?;
    let path = desk.database();
    let folder = path.parent().unwrap_or(&path);
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let foreign = "this is somebody's diary, not a database. ".repeat(200);
    std::fs::write(&path, &foreign)?;
    let window = Window::open(&desk)?;
    window.find("heading", "Keystile could not start")?;
    window.wait_text("is damaged.")?;
    window.screenshot("start-failure-1180x760")?;
    assert_eq!(
        std::fs::read_to_string(&path)?,
        foreign,
        "nothing already stored is lost"
    );
    std::fs::rename(&path, folder.join("diary"))?;
    window.press("button", "Try again")?;
    window.find("heading", "Issue your first API key")?;
    Ok(())
}
