//! Every way to leave an open prompt: none of them loses the key, each says why it was refused, and Discard is the way
//! out. Quitting with a copied key in the clipboard asks.

use keystile_tests::database::Database;
use keystile_tests::input::key;
use keystile_tests::processes::{find_by_home, signal};
use keystile_tests::user_flows::PromptContent;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};
use rustix::process::Signal;
use serde_json::json;

const REASON: &str = "Copy the key to enable Close.";

fn prompt(desktop: &HeadlessDesktop) -> TestResult<(Window<'_>, PromptContent)> {
    let window = Window::open(desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    Ok((window, shown))
}

/// The key stands there as before, Copy has the focus, and the reason was said once more.
fn expect_refused(
    window: &Window<'_>,
    shown: &PromptContent,
    leave: impl Fn() -> TestResult,
) -> TestResult {
    let times = "return document.querySelector('one-time-prompt').state.prompt.said.id";
    let before = window.execute(times, &[])?.as_u64();
    let field = window.find("textbox", "Generated API Key")?;
    window.execute("arguments[0].focus()", &[field.as_argument()])?;
    leave()?;
    wait_until("the reason was said", || {
        Ok((window.execute(times, &[])?.as_u64() > before).then_some(()))
    })?;
    window.wait_for_announcement(REASON)?;
    let field = window.find("textbox", "Generated API Key")?;
    assert_eq!(window.text(&field)?, shown.key, "the key is still shown");
    let copy = window.find("button", "Copy")?;
    assert!(
        window.is_focused(&copy)?,
        "focus is led to the button that ends the refusal"
    );
    assert!(!window.has_exited(), "the program stays");
    assert!(window.is_close_disabled()?, "Close is still disabled");
    Ok(())
}

#[test]
fn no_way_of_leaving_loses_an_uncopied_key() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    let escape = || window.press_keys(&[], &[key::ESCAPE]);
    expect_refused(&window, &shown, escape)?;
    expect_refused(&window, &shown, escape)?;
    expect_refused(&window, &shown, || {
        window.press_keys(&[], &[key::ESCAPE, key::ESCAPE])
    })?;
    expect_refused(&window, &shown, || window.drag((8, 8), (8, 8)))?;
    expect_refused(&window, &shown, || desktop.x11()?.close_window("Keystile"))?;
    expect_refused(&window, &shown, || {
        window.press_keys(&[key::CONTROL], &["q"])
    })?;
    window.screenshot("prompt-leaving-refused-1180x760")?;
    let forged = window.invoke("quit", &json!({ "confirmed": true, "uncleared": true }))?;
    assert_eq!(
        forged.map_err(|refused| refused["code"].clone()),
        Err(json!("not_copied")),
        "a forged confirmation does not end the program while the key is uncopied"
    );

    window.reload()?;
    let again = window.read_prompt()?;
    assert_eq!(
        (again.key, again.ticket),
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
        "the key waits as before"
    );
    window.copy_key()?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key),
        "after all of that the key can be copied"
    );
    window.close_prompt()
}

#[test]
fn a_killed_web_process_shows_the_prompt_again() -> TestResult {
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
    // The driver has lost its page with the process. The page draws the prompt where it was, so a hand finds Copy there;
    // an empty or frozen window would copy nothing.
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
fn discard_leaves_no_living_key() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    window.click("button", "Discard key")?;
    window.wait_for_text("It will be revoked and open nothing")?;
    window.screenshot("prompt-discard-1180x760")?;
    window.click("button", "Discard and revoke")?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.query_texts("SELECT state FROM keys")?,
        ["discarded"],
        "the discarded key has ended"
    );
    assert_eq!(
        database.count_keys("claimed_at IS NOT NULL")?,
        0,
        "it was never claimed"
    );
    assert!(
        window.visible_text()?.contains("Not active"),
        "a discarded key does not activate its environment"
    );
    let secret = shown.key.rsplit('_').next().unwrap_or_default();
    assert!(
        !window.page_content()?.contains(secret),
        "nothing keeps the key's text"
    );
    Ok(())
}

#[test]
fn discarding_a_copied_key_says_so_and_empties_the_clipboard() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, _) = prompt(&desktop)?;
    window.copy_key()?;
    window.click("button", "Discard key")?;
    window.wait_for_text("You have copied this key; it will stop working")?;
    window.click("button", "Discard and revoke")?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state IN ('pending', 'active', 'disabled')")?,
        0,
        "no living key is left"
    );
    wait_until(
        "the clipboard no longer held a key that opens nothing",
        || {
            Ok(desktop
                .selection_text(Selection::Clipboard)?
                .is_none()
                .then_some(()))
        },
    )
}

#[test]
fn quitting_with_a_copied_key_asks_and_then_clears_it() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    window.copy_key()?;
    window.close_prompt()?;
    window.press_keys(&[key::CONTROL], &["q"])?;
    window.find("alertdialog", "Quitting clears the copied key")?;
    window.screenshot("quit-asked-1180x760")?;
    window.click("button", "Stay")?;
    window.wait_until_gone("alertdialog", "Quitting clears the copied key")?;
    assert!(!window.has_exited(), "Stay stays");
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key),
        "Stay leaves the clipboard as it is"
    );
    desktop.x11()?.close_window("Keystile")?;
    window.find("alertdialog", "Quitting clears the copied key")?;
    window.click("button", "Quit")?;
    wait_until("the program ended", || {
        Ok(window.has_exited().then_some(()))
    })?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        None,
        "nothing of the key is left in the clipboard"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state = 'active'")?,
        1,
        "quitting revokes nothing that was copied"
    );
    Ok(())
}

#[test]
fn quitting_with_nothing_at_stake_ends_the_program() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.find("heading", "Issue your first API key")?;
    desktop.x11()?.close_window("Keystile")?;
    wait_until("the program ended", || {
        Ok(window.has_exited().then_some(()))
    })
}
