//! Every way to leave an open prompt: none of them loses the key, each says why it was refused, and Discard is the way
//! out. Quitting with a copied key in the clipboard asks.

use keystile_tests::clipboard::Selection;
use keystile_tests::database::Database;
use keystile_tests::hands::key;
use keystile_tests::processes::{of_home, signal};
use keystile_tests::steps::Shown;
use keystile_tests::{Desk, Journey, Window, until};
use rustix::process::Signal;
use serde_json::json;

const REASON: &str = "Copy the key to enable Close.";

fn prompt(desk: &Desk) -> Journey<(Window<'_>, Shown)> {
    let window = Window::open(desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    Ok((window, shown))
}

/// The key stands there as before, Copy has the focus, and the reason was said once more.
fn expect_refused(window: &Window<'_>, shown: &Shown, leave: impl Fn() -> Journey) -> Journey {
    let times = "return document.querySelector('one-time-prompt').state.prompt.said.id";
    let before = window.script(times, &[])?.as_u64();
    let field = window.find("textbox", "Generated API Key")?;
    window.script("arguments[0].focus()", &[field.argument()])?;
    leave()?;
    until("the reason was said", || {
        Ok((window.script(times, &[])?.as_u64() > before).then_some(()))
    })?;
    window.wait_said(REASON)?;
    let field = window.find("textbox", "Generated API Key")?;
    assert_eq!(window.text(&field)?, shown.key, "the key is still shown");
    let copy = window.find("button", "Copy")?;
    assert!(
        window.is_focused(&copy)?,
        "focus is led to the button that ends the refusal"
    );
    assert!(!window.has_ended(), "the program stays");
    assert!(window.is_close_disabled()?, "Close is still disabled");
    Ok(())
}

#[test]
fn no_way_of_leaving_loses_an_uncopied_key() -> Journey {
    let desk = Desk::new()?;
    let (window, shown) = prompt(&desk)?;
    let escape = || window.keys(&[], &[key::ESCAPE]);
    expect_refused(&window, &shown, escape)?;
    expect_refused(&window, &shown, escape)?;
    expect_refused(&window, &shown, || {
        window.keys(&[], &[key::ESCAPE, key::ESCAPE])
    })?;
    expect_refused(&window, &shown, || window.drag((8, 8), (8, 8)))?;
    expect_refused(&window, &shown, || desk.x()?.ask_to_close("Keystile"))?;
    expect_refused(&window, &shown, || window.keys(&[key::CONTROL], &["q"]))?;
    window.screenshot("prompt-leaving-refused-1180x760")?;
    let forged = window.invoke("quit", &json!({ "confirmed": true, "uncleared": true }))?;
    assert_eq!(
        forged.map_err(|refused| refused["code"].clone()),
        Err(json!("not_copied")),
        "a forged confirmation does not end the program while the key is uncopied"
    );

    window.reload()?;
    let again = window.shown()?;
    assert_eq!(
        (again.key, again.ticket),
        (shown.key.clone(), shown.ticket.clone()),
        "a reload shows the same key with the same ticket"
    );
    assert!(
        window.is_close_disabled()?,
        "a reload does not enable Close"
    );
    let database = Database::at(&desk.database())?;
    assert_eq!(
        database.keys_that("state = 'pending'")?,
        1,
        "the key waits as before"
    );
    window.copy()?;
    assert_eq!(
        desk.pasted(Selection::Clipboard)?,
        Some(shown.key),
        "after all of that the key can be copied"
    );
    window.close()
}

#[test]
fn a_killed_web_process_shows_the_prompt_again() -> Journey {
    let desk = Desk::new()?;
    let (window, shown) = prompt(&desk)?;
    let copy = window.find("button", "Copy")?;
    let middle = window.script(
        "const {left, top, width, height} = arguments[0].getBoundingClientRect();
         return [left + width / 2, top + height / 2].map(Math.round)",
        &[copy.argument()],
    )?;
    let number = |at: usize| middle[at].as_i64().and_then(|n| i16::try_from(n).ok());
    let (left, top) = (number(0).unwrap_or_default(), number(1).unwrap_or_default());
    let before = of_home(desk.home(), "WebKitWebProcess");
    assert_eq!(before.len(), 1, "one page, one web process");
    for id in &before {
        signal(*id, Signal::KILL)?;
    }
    until("another web process was started", || {
        let now = of_home(desk.home(), "WebKitWebProcess");
        Ok((!now.is_empty() && now != before).then_some(()))
    })?;
    // The driver has lost its page with the process. The page draws the prompt where it was, so a hand finds Copy there;
    // an empty or frozen window would copy nothing.
    let x = desk.x()?;
    until(
        "the key was copied from the prompt that was shown again",
        || {
            x.click(left, top)?;
            Ok((desk.pasted(Selection::Clipboard)? == Some(shown.key.clone())).then_some(()))
        },
    )?;
    let database = Database::at(&desk.database())?;
    until("the same key was claimed", || {
        Ok((database.keys_that("state = 'active'")? == 1).then_some(()))
    })
}

#[test]
fn discard_leaves_no_living_key() -> Journey {
    let desk = Desk::new()?;
    let (window, shown) = prompt(&desk)?;
    window.press("button", "Discard key")?;
    window.wait_text("It will be revoked and open nothing")?;
    window.screenshot("prompt-discard-1180x760")?;
    window.press("button", "Discard and revoke")?;
    window.wait_gone("alertdialog", "Your new API key")?;
    let database = Database::at(&desk.database())?;
    assert_eq!(
        database.texts("SELECT state FROM keys")?,
        ["discarded"],
        "the discarded key has ended"
    );
    assert_eq!(
        database.keys_that("claimed_at IS NOT NULL")?,
        0,
        "it was never claimed"
    );
    assert!(
        window.visible_text()?.contains("Not active"),
        "a discarded key does not activate its environment"
    );
    let secret = shown.key.rsplit('_').next().unwrap_or_default();
    assert!(
        !window.everything()?.contains(secret),
        "nothing keeps the key's text"
    );
    Ok(())
}

#[test]
fn discarding_a_copied_key_says_so_and_empties_the_clipboard() -> Journey {
    let desk = Desk::new()?;
    let (window, _) = prompt(&desk)?;
    window.copy()?;
    window.press("button", "Discard key")?;
    window.wait_text("You have copied this key; it will stop working")?;
    window.press("button", "Discard and revoke")?;
    window.wait_gone("alertdialog", "Your new API key")?;
    let database = Database::at(&desk.database())?;
    assert_eq!(
        database.keys_that("state IN ('pending', 'active', 'disabled')")?,
        0,
        "no living key is left"
    );
    until(
        "the clipboard no longer held a key that opens nothing",
        || Ok(desk.pasted(Selection::Clipboard)?.is_none().then_some(())),
    )
}

#[test]
fn quitting_with_a_copied_key_asks_and_then_clears_it() -> Journey {
    let desk = Desk::new()?;
    let (window, shown) = prompt(&desk)?;
    window.copy()?;
    window.close()?;
    window.keys(&[key::CONTROL], &["q"])?;
    window.find("alertdialog", "Quitting clears the copied key")?;
    window.screenshot("quit-asked-1180x760")?;
    window.press("button", "Stay")?;
    window.wait_gone("alertdialog", "Quitting clears the copied key")?;
    assert!(!window.has_ended(), "Stay stays");
    assert_eq!(
        desk.pasted(Selection::Clipboard)?,
        Some(shown.key),
        "Stay leaves the clipboard as it is"
    );
    desk.x()?.ask_to_close("Keystile")?;
    window.find("alertdialog", "Quitting clears the copied key")?;
    window.press("button", "Quit")?;
    until("the program ended", || Ok(window.has_ended().then_some(())))?;
    assert_eq!(
        desk.pasted(Selection::Clipboard)?,
        None,
        "nothing of the key is left in the clipboard"
    );
    let database = Database::at(&desk.database())?;
    assert_eq!(
        database.keys_that("state = 'active'")?,
        1,
        "quitting revokes nothing that was copied"
    );
    Ok(())
}

#[test]
fn quitting_with_nothing_at_stake_ends_the_program() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.find("heading", "Issue your first API key")?;
    desk.x()?.ask_to_close("Keystile")?;
    until("the program ended", || Ok(window.has_ended().then_some(())))
}
