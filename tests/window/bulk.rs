//! Selects keys in the list by keyboard and by mouse, and changes all of them in one transaction.

use keystile_tests::database::Database;
use keystile_tests::input::key;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};

fn issue(window: &Window<'_>, name: &str) -> TestResult {
    window.create_key(name)?;
    window.copy_key()?;
    window.close_prompt()?;
    window.row_text(name).map(drop)
}

/// Waits until exactly these rows are selected, in the order of the list.
fn rows_are_selected(window: &Window<'_>, names: &[&str]) -> TestResult {
    let expected = names.join(", ");
    window.wait_for_script(
        &format!("the selected rows were: {expected}"),
        &format!(
            "[...document.querySelectorAll('tr[aria-selected=true] .key-name')]
               .map((name) => name.textContent).join(', ') === '{expected}'"
        ),
    )
}

/// Waits until a button is enabled or disabled.
fn button_is_disabled(window: &Window<'_>, name: &str, is_disabled: bool) -> TestResult {
    wait_until(&format!("{name} was disabled: {is_disabled}"), || {
        let button = window.find("button", name)?;
        Ok((window.is_disabled(&button)? == is_disabled).then_some(()))
    })
}

#[test]
fn keys_selected_by_keyboard_are_disabled_and_one_undo_restores_them() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    for name in ["third", "second", "first"] {
        issue(&window, name)?;
    }
    window.press_keys(&[], &["/"])?;
    window.press_keys(&[], &[key::DOWN])?;
    window.wait_for_script(
        "the first row had the focus",
        "document.activeElement.matches('tr[data-index=\"0\"]')",
    )?;
    window.press_keys(&[], &[key::SPACE])?;
    rows_are_selected(&window, &["first"])?;
    window.press_keys(&[key::SHIFT], &[key::DOWN])?;
    rows_are_selected(&window, &["first", "second"])?;
    window.wait_for_announcement("2 selected")?;
    window.screenshot("keys-selected")?;

    window.click("button", "Disable…")?;
    window.find("dialog", "Disable 2 selected keys")?;
    window.wait_for_text("2 keys will be disabled.")?;
    window.screenshot("bulk-disable")?;
    window.click("button", "Disable 2 keys")?;
    window.wait_for_text("2 keys disabled")?;
    let database = Database::at(&desktop.database())?;
    assert_eq!(database.count_keys("state = 'disabled'")?, 2);
    rows_are_selected(&window, &[])?;

    window.click("button", "Undo")?;
    window.wait_for_text("2 keys restored")?;
    assert_eq!(database.count_keys("state = 'disabled'")?, 0);
    Ok(())
}

#[test]
fn mouse_selects_a_range_and_escape_clears_it() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    for name in ["fourth", "third", "second", "first"] {
        issue(&window, name)?;
    }
    window.click("checkbox", "Select second")?;
    rows_are_selected(&window, &["second"])?;
    let names = window.areas("tr[data-key] .key-name")?;
    let center = |index: usize| {
        let area = &names[index];
        (area.left + 10.0, area.top + area.height / 2.0)
    };
    window.click_at_holding(key::SHIFT, center(3))?;
    rows_are_selected(&window, &["second", "third", "fourth"])?;
    window.click_at_holding(key::CONTROL, center(2))?;
    rows_are_selected(&window, &["second", "fourth"])?;
    window.find("button", "Select all 4")?;
    window.press_keys(&[], &[key::ESCAPE])?;
    rows_are_selected(&window, &[])?;
    window.wait_until_gone("button", "Clear")
}

#[test]
fn selected_keys_of_production_are_revoked_after_the_name_is_typed() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "production")?;
    for name in ["second", "first"] {
        issue(&window, name)?;
    }
    window.click("checkbox", "Select all keys")?;
    rows_are_selected(&window, &["first", "second"])?;
    window.click("button", "Revoke…")?;
    window.find("alertdialog", "Revoke 2 selected keys")?;
    window.wait_for_text("2 keys will be revoked.")?;
    button_is_disabled(&window, "Revoke 2 keys", true)?;
    window.fill("Type production to confirm", "productio")?;
    button_is_disabled(&window, "Revoke 2 keys", true)?;
    window.fill("Type production to confirm", "production")?;
    button_is_disabled(&window, "Revoke 2 keys", false)?;
    window.screenshot("bulk-revoke-production")?;
    window.click("button", "Revoke 2 keys")?;
    window.wait_for_text("2 keys revoked")?;
    let database = Database::at(&desktop.database())?;
    assert_eq!(database.count_keys("state = 'revoked'")?, 2);
    assert!(
        window.find_now("button", "Undo")?.is_none(),
        "a revocation cannot be undone"
    );
    Ok(())
}

#[test]
fn all_matching_keys_are_disabled_except_the_deselected_one() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    issue(&window, "newest")?;
    let database = Database::at(&desktop.database())?;
    database.execute_sql(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
         INSERT INTO keys (id, environment_id, name, folded_name, permissions, state, created_at, claimed_at)
         SELECT printf('%012d', i), (SELECT id FROM environments), 'key ' || i, 'key ' || i, 'read', 'active',
                1000000 - i, 1000000 FROM n",
    )?;
    window.find("button", "Current 251")?;
    window.press_keys(&[], &["/"])?;
    window.press_keys(&[], &[key::DOWN])?;
    window.wait_for_script(
        "the first row had the focus",
        "document.activeElement.matches('tr[data-index=\"0\"]')",
    )?;
    window.press_keys(&[key::CONTROL], &["a"])?;
    window.wait_for_announcement("251 selected")?;
    window.press_keys(&[], &[key::SPACE])?;
    window.wait_for_announcement("250 selected")?;
    window.click("button", "Disable…")?;
    window.wait_for_text("250 keys will be disabled.")?;
    window.click("button", "Disable 250 keys")?;
    window.wait_for_text("250 keys disabled")?;
    assert_eq!(
        database.count_keys("state = 'disabled'")?,
        250,
        "keys whose rows were never drawn are disabled too"
    );
    assert_eq!(
        database.count_keys("state = 'active' AND name = 'newest'")?,
        1,
        "the deselected key still works"
    );
    Ok(())
}

#[test]
fn selection_ends_when_the_list_is_left() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    issue(&window, "ci")?;
    window.click("checkbox", "Select ci")?;
    window.find("button", "Disable…")?;
    window.click("link", "Overview")?;
    window.find("heading", "staging")?;
    window.click("link", "API Keys")?;
    window.row_text("ci")?;
    rows_are_selected(&window, &[])?;
    window.wait_until_gone("button", "Disable…")
}
