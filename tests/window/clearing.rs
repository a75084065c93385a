//! The clipboard (CLIPBOARD, and PRIMARY, which selecting fills) is cleared after Close only if it still holds the key.

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
    // xclip forks to serve the selection; the parent exits once it owns the selection.
    xclip.wait()?;
    Ok(())
}

#[test]
fn clipboard_is_cleared_after_the_chosen_delay() -> TestResult {
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
    window.wait_for_text("Clipboard clears 10 s after you close this")?;
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
            let selections = (
                desktop.selection_text(Selection::Clipboard)?,
                desktop.selection_text(Selection::Primary)?,
            );
            Ok((selections == (None, None)).then_some(()))
        },
    )?;
    window.wait_for_announcement("Clipboard cleared.")
}

#[test]
fn clear_now_empties_the_clipboard() -> TestResult {
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
        "the clipboard must be empty when the window reports it"
    );
    Ok(())
}

#[test]
fn clear_now_keeps_other_clipboard_content() -> TestResult {
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
        "only a copied key may be cleared"
    );
    desktop.x11()?.close_window("Keystile")?;
    wait_until("the program ended without asking", || {
        Ok(window.has_exited().then_some(()))
    })
}
