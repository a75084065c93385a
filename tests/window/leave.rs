//! No attempt to leave an open prompt loses the key; each shows the reason, and Discard always works. Quitting with a
//! copied key in the clipboard asks for confirmation.

use keystile_tests::database::Database;
use keystile_tests::input::key;
use keystile_tests::processes::{find_by_home, signal};
use keystile_tests::user_flows::PromptContent;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};
use rustix::process::Signal;
use serde_json::json;

const REASON: &str = "Copy the key before closing.";

fn prompt(desktop: &HeadlessDesktop) -> TestResult<(Window<'_>, PromptContent)> {
    let window = Window::open(desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    Ok((window, shown))
}

/// Asserts that the prompt stays open with its key, shows the reason once more, and focuses Copy.
fn expect_prompt_stays_open(
    window: &Window<'_>,
    shown: &PromptContent,
    leave: impl Fn() -> TestResult,
) -> TestResult {
    let times = "return document.querySelector('one-time-prompt').stores.prompt.status.id";
    let before = window.execute(times, &[])?.as_u64();
    let field = window.find("textbox", "Generated API Key")?;
    window.execute("arguments[0].focus()", &[field.as_argument()])?;
    leave()?;
    wait_until("the reason was announced", || {
        Ok((window.execute(times, &[])?.as_u64() > before).then_some(()))
    })?;
    window.wait_for_announcement(REASON)?;
    let field = window.find("textbox", "Generated API Key")?;
    assert_eq!(window.text(&field)?, shown.key, "the key is still shown");
    let copy = window.find("button", "Copy")?;
    assert!(window.is_focused(&copy)?, "focus must move to Copy");
    assert!(!window.has_exited(), "the program must keep running");
    assert!(window.is_close_disabled()?, "Close is still disabled");
    Ok(())
}

#[test]
fn uncopied_key_survives_every_attempt_to_leave() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    let escape = || window.press_keys(&[], &[key::ESCAPE]);
    expect_prompt_stays_open(&window, &shown, escape)?;
    expect_prompt_stays_open(&window, &shown, escape)?;
    expect_prompt_stays_open(&window, &shown, || {
        window.press_keys(&[], &[key::ESCAPE, key::ESCAPE])
    })?;
    expect_prompt_stays_open(&window, &shown, || window.drag((8, 8), (8, 8)))?;
    expect_prompt_stays_open(&window, &shown, || desktop.x11()?.close_window("Keystile"))?;
    expect_prompt_stays_open(&window, &shown, || {
        window.press_keys(&[key::CONTROL], &["q"])
    })?;
    window.screenshot("prompt-close-blocked-1180x760")?;
    let forged = window.invoke("quit", &json!({ "confirmed": true, "uncleared": true }))?;
    assert_eq!(
        forged.map_err(|error| error["code"].clone()),
        Err(json!("not_copied")),
        "a forged confirmation does not end the program while the key is uncopied"
    );

    window.reload()?;
    let reloaded = window.read_prompt()?;
    assert_eq!(
        (reloaded.key, reloaded.ticket),
        (shown.key.clone(), shown.ticket.clone()),
        "a reload shows the same key with the same ticket"
    );
    assert!(
        window.is_close_disabled()?,
        "a reload does not enable Close"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state = 'pending'")?,
        1,
        "the key must still be pending"
    );
    window.copy_key()?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key),
        "the key must still be copyable"
    );
    window.close_prompt()
}

#[test]
fn prompt_reappears_after_web_process_is_killed() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    let copy = window.find("button", "Copy")?;
    let middle = window.execute(
        "const {left, top, width, height} = arguments[0].getBoundingClientRect();
         return [left + width / 2, top + height / 2].map(Math.round)",
        &[copy.as_argument()],
    )?;
    let number = |at: usize| middle[at].as_i64().and_then(|n| i16::try_from(n).ok());
    let (left, top) = (number(0).unwrap_or_default(), number(1).unwrap_or_default());
    let before = find_by_home(desktop.home(), "WebKitWebProcess");
    assert_eq!(before.len(), 1, "one page, one web process");
    for id in &before {
        signal(*id, Signal::KILL)?;
    }
    wait_until("another web process was started", || {
        let now = find_by_home(desktop.home(), "WebKitWebProcess");
        Ok((!now.is_empty() && now != before).then_some(()))
    })?;
    // The driver lost its page with the process, so the test clicks the position of Copy through X11. An empty or
    // frozen window would copy nothing.
    let x = desktop.x11()?;
    wait_until(
        "the key was copied from the prompt that was shown again",
        || {
            x.click_at(left, top)?;
            Ok(
                (desktop.selection_text(Selection::Clipboard)? == Some(shown.key.clone()))
                    .then_some(()),
            )
        },
    )?;
    let database = Database::at(&desktop.database())?;
    wait_until("the same key was claimed", || {
        Ok((database.count_keys("state = 'active'")? == 1).then_some(()))
    })
}

#[test]
fn discard_revokes_the_key() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    window.click("button", "Discard key")?;
    window.wait_for_text("The key is revoked immediately")?;
    window.screenshot("prompt-discard-1180x760")?;
    window.click("button", "Discard and revoke")?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.query_texts("SELECT state FROM keys")?,
        ["discarded"],
        "the key must be discarded"
    );
    assert_eq!(
        database.count_keys("claimed_at IS NOT NULL")?,
        0,
        "a discarded key must not be claimed"
    );
    assert_eq!(
        database.query_texts("SELECT name FROM environments WHERE activated_at IS NULL")?,
        ["staging"],
        "a discarded key does not activate its environment"
    );
    let secret = shown.key.rsplit('_').next().unwrap_or_default();
    assert!(
        !window.page_content()?.contains(secret),
        "the key must be nowhere in the page"
    );
    Ok(())
}

#[test]
fn discarding_a_copied_key_warns_and_clears_the_clipboard() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, _) = prompt(&desktop)?;
    window.copy_key()?;
    window.click("button", "Discard key")?;
    window.wait_for_text("Your copied key will stop working")?;
    window.click("button", "Discard and revoke")?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state IN ('pending', 'active', 'disabled')")?,
        0,
        "no key may stay usable"
    );
    wait_until("the clipboard no longer held the key", || {
        Ok(desktop
            .selection_text(Selection::Clipboard)?
            .is_none()
            .then_some(()))
    })
}

#[test]
fn quit_with_a_copied_key_confirms_and_clears_the_clipboard() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    window.copy_key()?;
    window.close_prompt()?;
    window.press_keys(&[key::CONTROL], &["q"])?;
    window.find("alertdialog", "Clear the clipboard and quit?")?;
    window.screenshot("quit-asked-1180x760")?;
    window.click("button", "Cancel")?;
    window.wait_until_gone("alertdialog", "Clear the clipboard and quit?")?;
    assert!(!window.has_exited(), "Cancel must keep the program open");
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key),
        "Cancel must keep the clipboard"
    );
    desktop.x11()?.close_window("Keystile")?;
    window.find("alertdialog", "Clear the clipboard and quit?")?;
    window.click("button", "Quit")?;
    window.wait_until_exited()?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        None,
        "the clipboard must be empty"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state = 'active'")?,
        1,
        "quitting must not revoke a copied key"
    );
    Ok(())
}

#[test]
fn quit_without_a_copied_key_needs_no_confirmation() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.find("heading", "Create your first API key")?;
    desktop.x11()?.close_window("Keystile")?;
    window.wait_until_exited()
}
