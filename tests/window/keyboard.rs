//! Creates, copies, and revokes a key by keyboard alone.

use keystile_tests::database::Database;
use keystile_tests::input::key;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};

#[test]
fn key_is_created_and_revoked_by_keyboard_alone() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let type_text = |text: &str| {
        let letters: Vec<String> = text.chars().map(String::from).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        window.press_keys(&[], &letters)
    };
    let focused = |role: &str, name: &str| {
        wait_until(&format!("{role} “{name}” had the focus"), || {
            let Some(element) = window.find_now(role, name)? else {
                return Ok(None);
            };
            Ok(window.is_focused(&element).unwrap_or(false).then_some(()))
        })
    };
    focused("textbox", "Project name")?;
    type_text("Acme Shop")?;
    window.press_keys(&[], &[key::ENTER])?;
    focused("button", "New")?;
    window.press_keys(&[], &[key::ENTER])?;
    focused("textbox", "API Key Name")?;
    type_text("ci-writer")?;
    window.press_keys(&[], &[key::TAB])?;
    focused("checkbox", "Write")?;
    window.press_keys(&[], &[key::SPACE, key::ENTER])?;
    let shown = window.read_prompt()?;
    focused("button", "Copy")?;
    window.press_keys(&[], &[key::ENTER])?;
    window.wait_for_close_enabled()?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key),
        "Enter on Copy copies the key"
    );
    wait_until("Tab led to Close", || {
        window.press_keys(&[], &[key::TAB])?;
        let close = window.find("button", "Close")?;
        Ok(window.is_focused(&close)?.then_some(()))
    })?;
    window.press_keys(&[], &[key::SPACE])?;
    window.wait_until_gone("alertdialog", "Your new API key")?;
    let row = window.row_text("ci-writer")?;
    assert!(
        row.contains("Write") && row.contains("Active"),
        "the list must show the chosen permissions: {row}"
    );
    wait_until("Tab led from the new row to its menu", || {
        window.press_keys(&[], &[key::TAB])?;
        let menu = window.find("button", "Actions for ci-writer")?;
        Ok(window.is_focused(&menu)?.then_some(()))
    })?;
    window.press_keys(&[], &[key::ENTER])?;
    focused("menuitem", "Copy ID")?;
    for item in [
        "Edit",
        "Rotate",
        "Disable",
        "Disable for 2 minutes",
        "Disable for 15 minutes",
        "Revoke",
    ] {
        window.press_keys(&[], &[key::DOWN])?;
        focused("menuitem", item)?;
    }
    window.press_keys(&[], &[key::ENTER])?;
    window.find("alertdialog", "Revoke ci-writer?")?;
    wait_until("Tab led to Revoke key", || {
        window.press_keys(&[], &[key::TAB])?;
        let revoke = window.find("button", "Revoke key")?;
        Ok(window.is_focused(&revoke)?.then_some(()))
    })?;
    window.press_keys(&[], &[key::ENTER])?;
    window.wait_for_text("Revoked ci-writer")?;
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        database.count_keys("state = 'revoked'")?,
        1,
        "the keyboard must also revoke a key"
    );
    Ok(())
}
