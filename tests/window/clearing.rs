//! The clipboard is emptied after Close, and only if it still holds the key: CLIPBOARD and, because selecting fills it,
//! PRIMARY.

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use keystile_tests::x11::Selection;
use keystile_tests::{
    HeadlessDesktop, TestError, TestResult, Window, wait_until, wait_until_within,
};

fn copy_something_else(desktop: &HeadlessDesktop) -> TestResult {
    let mut xclip = desktop
        .command("xclip")
        .args(["-i", "-selection", "clipboard"])
        .stdin(Stdio::piped())
        .spawn()?;
    xclip
        .stdin
        .take()
        .ok_or_else(|| TestError::new("no input"))?
        .write_all(b"a shopping list")?;
    // It forks to serve the selection; the process waited for is the one that took it.
    xclip.wait()?;
    Ok(())
}

#[test]
fn the_clipboard_is_emptied_after_the_seconds_that_were_set() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.click("link", "Settings")?;
    window.click("radio", "10 s")?;
    window.execute("history.back()", &[])?;
    let shown = window.create_key("ci-writer")?;
    let field = window.find("textbox", "Generated API Key")?;
    window.click_element(&field)?;
    wait_until("selecting filled PRIMARY", || {
        Ok((desktop.selection_text(Selection::Primary)? == Some(shown.key.clone())).then_some(()))
    })?;
    window.copy_key()?;
    window.wait_for_text("Clipboard clears 10 s after Close")?;
    window.close_prompt()?;
    window.wait_for_text("Clipboard clears in")?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key),
        "the key can be pasted while the countdown runs"
    );
    wait_until_within(
        Duration::from_secs(20),
        "both selections were emptied",
        || {
            let left = (
                desktop.selection_text(Selection::Clipboard)?,
                desktop.selection_text(Selection::Primary)?,
            );
            Ok((left == (None, None)).then_some(()))
        },
    )?;
    window.wait_for_announcement("Clipboard cleared.")
}

#[test]
fn clear_now_clears_now() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("ci-writer")?;
    window.copy_key()?;
    window.close_prompt()?;
    window.screenshot("clipboard-countdown-1180x760")?;
    window.click("button", "Clear now")?;
    window.wait_for_announcement("Clipboard cleared.")?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        None,
        "the clipboard is empty once the window says so"
    );
    Ok(())
}

#[test]
fn what_somebody_else_copied_is_left_alone() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_key("ci-writer")?;
    window.copy_key()?;
    window.close_prompt()?;
    copy_something_else(&desktop)?;
    window.click("button", "Clear now")?;
    window.wait_until_gone("button", "Clear now")?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?.as_deref(),
        Some("a shopping list"),
        "only our own key is ever taken out of the clipboard"
    );
    desktop.x11()?.close_window("Keystile")?;
    wait_until("the program ended without asking", || {
        Ok(window.has_exited().then_some(()))
    })
}
