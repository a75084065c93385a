//! The title of the window names the place, and a navigation is announced.

use keystile_tests::{HeadlessDesktop, TestResult, Window};

#[test]
fn title_names_the_place_and_navigation_is_announced() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    desktop.wait_for_title("API Keys – staging – Acme Shop – Keystile")?;
    window.click("link", "Settings")?;
    desktop.wait_for_title("Settings – Keystile")?;
    window.wait_for_script(
        "the page was announced",
        "document.querySelector('route-announcer [role=status]').textContent === 'Settings'",
    )?;
    window.click("link", "Environments")?;
    desktop.wait_for_title("Environments – Acme Shop – Keystile")
}
