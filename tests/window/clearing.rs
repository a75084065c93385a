//! The clipboard is emptied after Close, and only if it still holds the key: CLIPBOARD and, because selecting fills it,
//! PRIMARY.

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use keystile_tests::clipboard::Selection;
use keystile_tests::{Broken, Desk, Journey, Window, until, until_within};

fn copy_something_else(desk: &Desk) -> Journey {
    let mut xclip = desk
        .command("xclip")
        .args(["-i", "-selection", "clipboard"])
        .stdin(Stdio::piped())
        .spawn()?;
    xclip
        .stdin
        .take()
        .ok_or_else(|| Broken::new("no input"))?
        .write_all(b"a shopping list")?;
    // It forks to serve the selection; the process waited for is the one that took it.
    xclip.wait()?;
    Ok(())
}

#[test]
fn the_clipboard_is_emptied_after_the_seconds_that_were_set() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.press("link", "Settings")?;
    window.press("radio", "10 s")?;
    window.script("history.back()", &[])?;
    let shown = window.create_key("ci-writer")?;
    let field = window.find("textbox", "Generated API Key")?;
    window.click(&field)?;
    until("selecting filled PRIMARY", || {
        Ok((desk.pasted(Selection::Primary)? == Some(shown.key.clone())).then_some(()))
    })?;
    window.copy()?;
    window.wait_text("Clipboard clears 10 s after Close")?;
    window.close()?;
    window.wait_text("Clipboard clears in")?;
    assert_eq!(
        desk.pasted(Selection::Clipboard)?,
        Some(shown.key),
        "the key can be pasted while the countdown runs"
    );
    until_within(
        Duration::from_secs(20),
        "both selections were emptied",
        || {
            let left = (
                desk.pasted(Selection::Clipboard)?,
                desk.pasted(Selection::Primary)?,
            );
            Ok((left == (None, None)).then_some(()))
        },
    )?;
    window.wait_said("Clipboard cleared.")
}

#[test]
fn clear_now_clears_now() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("ci-writer")?;
    window.copy()?;
    window.close()?;
    window.screenshot("clipboard-countdown-1180x760")?;
    window.press("button", "Clear now")?;
    window.wait_said("Clipboard cleared.")?;
    assert_eq!(
        desk.pasted(Selection::Clipboard)?,
        None,
        "the clipboard is empty once the window says so"
    );
    Ok(())
}

#[test]
fn what_somebody_else_copied_is_left_alone() -> Journey {
    let desk = Desk::new()?;
    let window = Window::open(&desk)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("ci-writer")?;
    window.copy()?;
    window.close()?;
    copy_something_else(&desk)?;
    window.press("button", "Clear now")?;
    window.wait_gone("button", "Clear now")?;
    assert_eq!(
        desk.pasted(Selection::Clipboard)?.as_deref(),
        Some("a shopping list"),
        "only our own key is ever taken out of the clipboard"
    );
    desk.x()?.ask_to_close("Keystile")?;
    until("the program ended without asking", || {
        Ok(window.has_ended().then_some(()))
    })
}
