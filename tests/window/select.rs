//! Manual copies: Ctrl+C on the whole key counts as Copy; a partial copy does not, and Rust rejects Close before Copy.

use keystile_tests::database::Database;
use keystile_tests::input::key;
use keystile_tests::user_flows::PromptContent;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window};
use serde_json::json;

const PART: &str = "You copied only part of the key. Press Copy to copy all of it.";

fn prompt(desktop: &HeadlessDesktop) -> TestResult<(Window<'_>, PromptContent)> {
    let window = Window::open(desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("ci-writer")?;
    Ok((window, shown))
}

fn selected(window: &Window<'_>) -> TestResult<String> {
    let text = window.execute("return String(getSelection())", &[])?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Returns the ends of the first and the last line of the key, in viewport pixels.
fn lines(window: &Window<'_>) -> TestResult<((i64, i64), (i64, i64))> {
    let found = window.execute(
        "const box = document.querySelector('[role=textbox][aria-readonly]');
         const range = document.createRange();
         range.selectNodeContents(box);
         const lines = [...range.getClientRects()];
         const [first, last] = [lines[0], lines.at(-1)];
         return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2]
           .map(Math.round)",
        &[],
    )?;
    let number = |at: usize| found[at].as_i64().unwrap_or_default();
    Ok(((number(0), number(1)), (number(2), number(3))))
}

fn expect_copied(window: &Window<'_>, shown: &PromptContent) -> TestResult {
    window.wait_for_close_enabled()?;
    window.wait_for_announcement("Copied to the clipboard.")?;
    assert_eq!(
        window
            .desktop()
            .selection_text(Selection::Clipboard)?
            .as_deref(),
        Some(shown.key.as_str()),
        "copying the whole key by hand puts exactly the key into the clipboard"
    );
    assert_eq!(
        window
            .desktop()
            .selection_as(Selection::Clipboard, "x-kde-passwordManagerHint")?
            .as_deref(),
        Some("secret"),
        "a manual copy must be marked secret too"
    );
    window.close_prompt()
}

fn expect_copy_rejected(window: &Window<'_>) -> TestResult {
    window.wait_for_announcement(PART)?;
    assert!(
        window.is_close_disabled()?,
        "a partial copy must not enable Close"
    );
    let database = Database::at(&window.desktop().database())?;
    assert_eq!(
        database.count_keys("state = 'pending'")?,
        1,
        "a partial copy must not claim the key"
    );
    Ok(())
}

#[test]
fn click_selects_the_key_and_ctrl_c_enables_close() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    let field = window.find("textbox", "Generated API Key")?;
    window.click_element(&field)?;
    assert_eq!(
        selected(&window)?,
        shown.key,
        "a click without a drag selects exactly the key"
    );
    assert!(
        window.is_close_disabled()?,
        "selecting alone must not enable Close"
    );
    window.press_keys(&[key::CONTROL], &["c"])?;
    expect_copied(&window, &shown)
}

#[test]
fn drag_copies_a_part_or_the_whole_key() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    let (start, end) = lines(&window)?;
    window.drag(start, (start.0 + 90, start.1))?;
    let part = selected(&window)?;
    assert!(
        !part.is_empty() && part.len() < shown.key.len() && shown.key.contains(&part),
        "the pointer selects a part of the key: {part:?}"
    );
    window.press_keys(&[key::CONTROL], &["c"])?;
    expect_copy_rejected(&window)?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?.as_deref(),
        Some(part.as_str()),
        "a partial copy must be exactly the selection"
    );
    window.screenshot("prompt-part-copied-1180x760")?;
    window.drag(start, (end.0 + 6, end.1))?;
    window.press_keys(&[key::CONTROL], &["c"])?;
    expect_copied(&window, &shown)
}

#[test]
fn keyboard_selects_a_part_or_the_whole_key() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    window.press_keys(&[key::SHIFT], &[key::TAB])?;
    let field = window.find("textbox", "Generated API Key")?;
    assert!(
        window.is_focused(&field)?,
        "the key is one step before Copy in the order of focus"
    );
    window.press_keys(&[key::SHIFT], &[key::RIGHT; 5])?;
    assert_eq!(
        selected(&window)?,
        shown.key.get(..5).unwrap_or_default(),
        "Shift and an arrow select from the beginning, one character each"
    );
    window.press_keys(&[key::CONTROL], &["c"])?;
    expect_copy_rejected(&window)?;
    window.press_keys(&[key::CONTROL], &["a"])?;
    assert_eq!(
        selected(&window)?,
        shown.key,
        "Ctrl+A in the key selects exactly the key"
    );
    window.press_keys(&[key::CONTROL], &["c"])?;
    expect_copied(&window, &shown)
}

#[test]
fn forged_close_before_copy_is_rejected() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let (window, shown) = prompt(&desktop)?;
    let result = window.invoke("close_prompt", &json!({ "ticket": shown.ticket }))?;
    assert_eq!(
        result.map_err(|result| result["code"].clone()),
        Err(json!("not_copied")),
        "Rust must reject Close before Copy"
    );
    window.execute(
        "const close = [...document.querySelectorAll('button')].find((button) => button.textContent.trim() === 'Close');
         close.disabled = false;
         close.click();",
        &[],
    )?;
    window.wait_for_announcement("The key has not been copied.")?;
    let still = window.find("textbox", "Generated API Key")?;
    assert_eq!(
        window.text(&still)?,
        shown.key,
        "a button enabled by script must not close the prompt"
    );
    let database = Database::at(&desktop.database())?;
    assert_eq!(
        (
            database.count_keys("state = 'pending'")?,
            database.count_audit_rows("key.closed")?
        ),
        (1, 0),
        "the key must be neither claimed nor closed"
    );
    Ok(())
}
