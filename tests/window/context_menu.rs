//! The right button: rows and the generated key open Keystile's own menus, and the web engine's opens nowhere else.

use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window};
use serde_json::json;

/// Presses the right button in the middle of an element, as a user does.
fn right_click(window: &Window<'_>, selector: &str) -> TestResult {
    let middle = window.execute(
        "const {left, top, width, height} = document.querySelector(arguments[0]).getBoundingClientRect();
         return [left + width / 2, top + height / 2].map(Math.round)",
        &[json!(selector)],
    )?;
    let number = |at: usize| {
        middle[at]
            .as_i64()
            .and_then(|number| i16::try_from(number).ok())
            .ok_or_else(|| TestError::new("the element is outside of the screen"))
    };
    window
        .desktop()
        .x11()?
        .right_click_at(number(0)?, number(1)?)
}

#[test]
fn right_button_opens_the_menu_of_a_row_and_copies_the_generated_key() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    window.execute(
        "window.suppressed = [];
         addEventListener('contextmenu', (event) => window.suppressed.push(event.defaultPrevented))",
        &[],
    )?;
    window.click("link", "Environments")?;
    window.find("heading", "Environments")?;
    right_click(&window, ".environment-row")?;
    window.click("menuitem", "Edit")?;
    window.find("dialog", "Edit environment")?;
    window.click("button", "Cancel")?;
    right_click(&window, "main h1")?;
    window.wait_for_script(
        "the menu of the web engine was suppressed twice",
        "JSON.stringify(window.suppressed) === '[true,true]'",
    )?;
    window.click("button", "API Keys")?;
    window.find("heading", "No API keys yet")?;
    window.create_key("ci")?;
    right_click(&window, ".generated-key")?;
    window.click("menuitem", "Copy")?;
    window.wait_for_close_enabled()?;
    window.close_prompt()
}
