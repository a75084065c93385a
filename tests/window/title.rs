//! The title of the window names the place, and a navigation is announced.

use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};

fn wait_for_title(desktop: &HeadlessDesktop, title: &str) -> TestResult {
    let x = desktop.x11()?;
    wait_until(&format!("the window was titled {title}"), || {
        Ok((x.title("Keystile")? == title).then_some(()))
    })
}

#[test]
fn title_names_the_place_and_navigation_is_announced() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    wait_for_title(&desktop, "API Keys – staging – Acme Shop – Keystile")?;
    window.click("link", "Settings")?;
    wait_for_title(&desktop, "Settings – Keystile")?;
    window.wait_for_script(
        "the page was announced",
        "document.querySelector('route-announcer [role=status]').textContent === 'Settings'",
    )?;
    window.click("link", "Environments")?;
    wait_for_title(&desktop, "Environments – Acme Shop – Keystile")
}
