//! Names that are cut off can be read in a tooltip, with the keyboard too.

use keystile_tests::input::key;
use keystile_tests::{HeadlessDesktop, TestResult, Window};

const NAME: &str = "warehouse integration service for the eastern region of the company";

#[test]
fn cut_off_name_is_shown_by_a_tooltip_until_escape() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", NAME)?;
    window.click("link", "Environments")?;
    window.find("heading", "Environments")?;
    let button = window.find("button", "New environment")?;
    window.execute("arguments[0].focus()", &[button.as_argument()])?;
    window.press_keys(&[], &[key::TAB])?;
    window.wait_for_script(
        "the tooltip showed the name",
        &format!(
            "(() => {{
                 const tooltip = document.querySelector('[role=tooltip]');
                 return tooltip.matches(':popover-open') && tooltip.textContent === '{NAME}';
             }})()"
        ),
    )?;
    window.press_keys(&[], &[key::ESCAPE])?;
    window.wait_for_script(
        "Esc hid the tooltip",
        "!document.querySelector('[role=tooltip]').matches(':popover-open')",
    )
}
