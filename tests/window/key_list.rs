//! The list of keys: moving by keyboard, details, search by a pasted key, Undo, and long lists.

use keystile_tests::database::Database;
use keystile_tests::input::key;
use keystile_tests::user_flows::PromptContent;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window};
use serde_json::json;

fn issue(window: &Window<'_>, name: &str) -> TestResult<PromptContent> {
    let shown = window.create_key(name)?;
    window.copy_key()?;
    window.close_prompt()?;
    window.row_text(name)?;
    Ok(shown)
}

/// Waits until the row of a key has the focus and is the current one.
fn row_is_focused(window: &Window<'_>, name: &str) -> TestResult {
    window.wait_for_script(
        &format!("the row of {name} was focused"),
        &format!(
            "document.activeElement.matches('tr[aria-current]') &&
               document.querySelectorAll('tr[aria-current]').length === 1 &&
               document.activeElement.querySelector('.key-name').textContent === '{name}'"
        ),
    )
}

/// Inserts keys named “key 1” and so on, each older than the one before.
fn insert_keys(desktop: &HeadlessDesktop, count: u32) -> TestResult {
    Database::at(&desktop.database())?.execute_sql(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at, claimed_at)
         SELECT printf('%012d', i), (SELECT id FROM environments), 'key ' || i, 'key ' || i, 'read', 'active',
                1000000 - i, 1000000 FROM n"
    ))
}

#[test]
fn row_is_selected_and_its_details_are_opened_by_keyboard() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    for name in ["third", "second", "first"] {
        issue(&window, name)?;
    }
    window.press_keys(&[], &["/"])?;
    window.press_keys(&[], &[key::DOWN])?;
    row_is_focused(&window, "first")?;
    window.press_keys(&[], &[key::DOWN])?;
    row_is_focused(&window, "second")?;
    window.press_keys(&[], &[key::END])?;
    row_is_focused(&window, "third")?;
    window.press_keys(&[], &[key::HOME])?;
    row_is_focused(&window, "first")?;
    window.press_keys(&[], &[key::ENTER])?;
    window.find("region", "Key details")?;
    window.find("heading", "first")?;
    window.screenshot("key-details")?;
    window.press_keys(&[], &[key::ESCAPE])?;
    window.wait_until_gone("region", "Key details")?;
    row_is_focused(&window, "first")?;

    window.press_keys(&[key::SHIFT], &[key::F10])?;
    window.find("menuitem", "Copy ID")?;
    window.press_keys(&[], &[key::ENTER])?;
    window.wait_for_text("Copied the key ID")?;
    let id = desktop.selection_text(Selection::Clipboard)?;
    let row = window.row_text("first")?;
    assert!(
        id.as_deref().is_some_and(|id| row.contains(id)),
        "the copied ID {id:?} is that of the row: {row}"
    );
    row_is_focused(&window, "first")?;

    window.press_keys(&[], &[key::DELETE])?;
    window.find("alertdialog", "Revoke first?")?;
    window.click("button", "Revoke key")?;
    window.wait_for_text("Revoked first")?;
    row_is_focused(&window, "second")
}

#[test]
fn details_are_opened_by_one_click_of_the_mouse() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    issue(&window, "first")?;
    issue(&window, "second")?;
    for name in ["first", "second"] {
        let rows = window.areas("tr[data-key] .key-name")?;
        // The newest key is on top.
        let area = if name == "first" { rows[1] } else { rows[0] };
        desktop.x11()?.click_at(
            (area.left + 10.0) as i16,
            (area.top + area.height / 2.0) as i16,
        )?;
        window.wait_for_script(
            &format!("the details of {name} were shown"),
            &format!("document.querySelector('.key-panel h2')?.textContent === '{name}'"),
        )?;
    }
    Ok(())
}

#[test]
fn search_for_pasted_key_finds_its_row_and_forgets_the_key() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    issue(&window, "other")?;
    let shown = issue(&window, "ci-writer")?;
    window.revoke_key("ci-writer")?;
    window.press_keys(&[], &["/"])?;
    window.press_keys(&[key::CONTROL], &["v"])?;
    let row = window.row_text("ci-writer")?;
    assert!(row.contains("Revoked"), "a key that ended is found: {row}");
    window.wait_for_script(
        "only its row was shown",
        "document.querySelectorAll('tr[data-key]').length === 1",
    )?;
    let secret = shown.key.rsplit('_').next().unwrap_or_default();
    assert!(
        !window.page_content()?.contains(secret),
        "the secret must not stay in the search field"
    );
    window.screenshot("key-found-by-paste")
}

#[test]
fn one_undo_enables_several_keys() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    for name in ["third", "second", "first"] {
        issue(&window, name)?;
        window.click("button", &format!("Actions for {name}"))?;
        window.click("menuitem", "Disable")?;
        window.wait_for_script(
            "the row said so",
            "document.querySelector('tr[data-key]').textContent.includes('Disabled')",
        )?;
    }
    let database = Database::at(&desktop.database())?;
    let disabled = || database.count_keys("state = 'disabled'");
    window.wait_for_text("3 keys disabled")?;
    window.screenshot("three-keys-disabled")?;
    window.press_keys(&[key::CONTROL], &["z"])?;
    window.wait_for_text("Undone: Disabled first")?;
    window.wait_for_text("2 keys disabled")?;
    assert_eq!(disabled()?, 2, "Ctrl+Z reverts the last one");
    window.click("button", "Undo")?;
    window.wait_until_gone("button", "Disabled 2")?;
    assert_eq!(disabled()?, 0);
    Ok(())
}

#[test]
fn long_list_draws_few_rows_and_keeps_its_place() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    issue(&window, "newest")?;
    insert_keys(&desktop, 20_000)?;
    window.find("button", "Current 20K")?;
    window.press_keys(&[], &["/"])?;
    window.press_keys(&[], &[key::DOWN])?;
    row_is_focused(&window, "newest")?;
    window.press_keys(&[], &[key::END])?;
    row_is_focused(&window, "key 20000")?;
    let drawn = window.execute("return document.querySelectorAll('tr').length", &[])?;
    assert!(
        drawn.as_u64().is_some_and(|rows| rows < 60),
        "few rows are drawn: {drawn}"
    );
    window.screenshot("long-list-end")?;

    window.click("link", "Overview")?;
    window.find("heading", "staging")?;
    window.click("link", "API Keys")?;
    window.row_text("key 20000")?;
    assert_ne!(
        window.execute(
            "return document.querySelector('.key-scroll').scrollTop",
            &[]
        )?,
        json!(0),
        "the list is where it was left"
    );

    window.click("button", "Name")?;
    window.wait_for_script(
        "the list was sorted by name, from its first row",
        "document.querySelector('tr[data-index=\"0\"] .key-name')?.textContent === 'key 1'",
    )
}
