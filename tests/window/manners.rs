//! Interaction details: field errors clear on edit, the focus is never lost, and Back keeps the page behind an open
//! prompt.

use keystile_tests::database::Database;
use keystile_tests::{HeadlessDesktop, TestResult, Window};
use serde_json::json;

/// Returns the key name of the focused row, or else the text of the focused element.
fn focused(window: &Window<'_>) -> TestResult<String> {
    let text = window.execute(
        "const at = document.activeElement;
         return at.querySelector('.key-name')?.textContent ?? at.textContent.trim()",
        &[],
    )?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

fn issue(window: &Window<'_>, name: &str) -> TestResult {
    window.create_key(name)?;
    window.copy_key()?;
    window.close_prompt()
}

fn revoke(window: &Window<'_>, name: &str) -> TestResult {
    window.click("button", &format!("Actions for {name}"))?;
    window.click("menuitem", "Revoke")?;
    window.find("alertdialog", &format!("Revoke {name}?"))?;
    window.execute(
        "window.scrolled = document.querySelector('.key-scroll').scrollTop",
        &[],
    )?;
    window.click("button", "Revoke key")?;
    window.wait_for_text(&format!("Revoked {name}"))?;
    window.wait_until_gone("button", &format!("Actions for {name}"))
}

#[test]
fn field_error_clears_on_edit() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.click("button", "New")?;
    window.find("dialog", "New API key")?;
    window.click("button", "Create")?;
    window.wait_for_script(
        "an empty name was rejected at its field",
        "document.querySelector('dialog input[aria-invalid=true]') !== null",
    )?;
    window.fill("API Key Name", "ci-writer")?;
    window.wait_for_script(
        "the error was cleared",
        "document.querySelector('dialog .field-error, dialog [aria-invalid=true]') === null",
    )
}

#[test]
fn revocation_focuses_the_next_row() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    for name in ["first", "second", "third", "fourth", "fifth"] {
        issue(&window, name)?;
    }
    // A style makes the list low, because without a window manager a small window may grow again. The order is newest
    // first.
    window.wait_for_script(
        "the list still scrolls after a row is removed",
        "(() => {
             const list = document.querySelector('.key-scroll');
             list.style.maxHeight = '150px';
             list.scrollTo(0, 20);
             return list.scrollHeight - list.clientHeight > 90 && list.scrollTop === 20;
         })()",
    )?;
    revoke(&window, "second")?;
    window.wait_for_script(
        "the next row was focused",
        "document.activeElement.querySelector?.('.key-name')?.textContent === 'first'",
    )?;
    assert_eq!(
        window.execute(
            "const {scrollTop} = document.querySelector('.key-scroll');
             return [window.scrolled > 0, scrollTop === window.scrolled]",
            &[]
        )?,
        json!([true, true]),
        "the list stays where it was scrolled to"
    );
    revoke(&window, "first")?;
    window.wait_for_script(
        "the previous row was focused, because no row follows",
        "document.activeElement.querySelector?.('.key-name')?.textContent === 'third'",
    )?;
    // The header of the list covers a row that is scrolled under it.
    window.execute("document.querySelector('.key-scroll').scrollTo(0, 0)", &[])?;
    for name in ["fifth", "fourth", "third"] {
        revoke(&window, name)?;
    }
    window.wait_for_script(
        "the page's heading was focused, because no row is left",
        "document.activeElement.localName === 'h1'",
    )?;
    assert_eq!(
        focused(&window)?,
        "staging",
        "the heading of the environment"
    );
    Ok(())
}

#[test]
fn revoked_key_shows_when_it_was_revoked() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    issue(&window, "ci-writer")?;
    // Long enough for the list's clock, which updates every 30 s, to be outdated.
    std::thread::sleep(std::time::Duration::from_secs(2));
    revoke(&window, "ci-writer")?;
    window.click("button", "All 1")?;
    let row = window.row_text("ci-writer")?;
    window.screenshot("revoked-row")?;
    assert!(
        row.contains("Revoked just now"),
        "the row must show when the key was revoked: {row}"
    );
    Ok(())
}

#[test]
fn clear_search_empties_and_focuses_the_field() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    issue(&window, "ci-writer")?;
    window.row_text("ci-writer")?;
    window.press_keys(&[], &["/", "x", "q"])?;
    window.wait_for_text("No keys match “xq”.")?;
    let size = window.execute(
        "const {width, height} = document.querySelector('.search .icon-button').getBoundingClientRect();
         return [width, height]",
        &[],
    )?;
    assert_eq!(size, json!([24, 24]), "large enough to be hit");
    window.click("button", "Clear search")?;
    window.row_text("ci-writer")?;
    window.wait_for_script(
        "the field was empty and focused",
        "document.activeElement.matches('.search input') && document.activeElement.value === ''",
    )
}

#[test]
fn back_keeps_the_page_behind_the_prompt() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.click("link", "Environments")?;
    window.click("button", "API Keys")?;
    let before = window.execute("return location.hash", &[])?;
    window.create_key("ci-writer")?;
    window.execute("history.back()", &[])?;
    window.execute("setTimeout(() => { window.waited = true; }, 300)", &[])?;
    window.wait_for_script("time passed for navigation", "window.waited === true")?;
    assert_eq!(
        window.execute("return location.hash", &[])?,
        before,
        "the address is still that of the page behind the prompt"
    );
    let heading = "return document.querySelector('main h1').textContent.trim()";
    assert_eq!(
        window.execute(heading, &[])?,
        json!("staging"),
        "the page must be unchanged"
    );
    window.copy_key()?;
    window.close_prompt()?;
    window.row_text("ci-writer")?;
    Ok(())
}

#[test]
fn disabled_key_stays_in_its_place_and_returns_by_undo_or_enable() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    issue(&window, "reader")?;
    issue(&window, "ci-writer")?;
    let database = Database::at(&desktop.database())?;
    let stored =
        |state: &str| database.count_keys(&format!("name = 'ci-writer' AND state = '{state}'"));

    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Disable")?;
    window.wait_for_text("Disabled ci-writer. Its requests are denied until you enable it.")?;
    assert_eq!(
        stored("disabled")?,
        1,
        "the toast must come after the commit"
    );
    window.wait_for_script(
        "the row stayed in its place, and its menu has the focus",
        "document.activeElement.closest('tr')?.querySelector('.key-name').textContent === 'ci-writer' &&
           document.querySelector('tr[data-key] .key-name').textContent === 'ci-writer'",
    )?;
    assert!(window.row_text("ci-writer")?.contains("Disabled"));
    window.click("button", "Undo")?;
    window.wait_until_gone("button", "Disabled 1")?;
    assert_eq!(stored("active")?, 1, "Undo enables it again");

    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Disable")?;
    window.click("button", "Disabled 1")?;
    window.screenshot("disabled-key")?;
    window.click("button", "Actions for ci-writer")?;
    window.click("menuitem", "Enable")?;
    window.wait_for_text("Enabled ci-writer")?;
    assert_eq!(stored("active")?, 1, "the same key with the same secret");
    Ok(())
}
