//! Links from other programs, and `keystile open`: the window goes to the location, and never leaves an open prompt.

use keystile_tests::window::{program, terminal_program};
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestResult, Window};
use serde_json::json;

const STAGING_GATEWAY: &str = "Gateway – staging – Acme Shop – Keystile";

/// Creates a project with the environments `staging` and `production`, and shows the keys of `production`.
fn two_environments(window: &Window<'_>) -> TestResult {
    window.create_first_environment("Acme Shop", "staging")?;
    window.create_another_environment("production")?;
    window
        .desktop()
        .wait_for_title("API Keys – production – Acme Shop – Keystile")
}

/// Runs `keystile` with these arguments.
fn keystile(desktop: &HeadlessDesktop, arguments: &[&str]) -> TestResult {
    let mut command = desktop.command(terminal_program());
    let output = command.args(arguments).output()?;
    assert!(
        output.status.success(),
        "keystile {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// Opens a link as a browser does. The started program passes it on and exits.
fn open_link(desktop: &HeadlessDesktop, link: &str) -> TestResult {
    let status = desktop.command(program()).arg(link).status()?;
    assert!(status.success(), "the running program must accept {link}");
    Ok(())
}

#[test]
fn terminal_opens_an_environment_in_the_running_window() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    two_environments(&window)?;
    keystile(&desktop, &["open", "acme shop/staging", "--tab", "gateway"])?;
    desktop.wait_for_title(STAGING_GATEWAY)?;
    window.find("heading", "staging")?;
    // The window reads what another program created a moment ago.
    keystile(&desktop, &["project", "create", "Payments"])?;
    keystile(&desktop, &["env", "create", "Payments/live"])?;
    keystile(&desktop, &["open", "Payments/live"])?;
    desktop.wait_for_title("Overview – live – Payments – Keystile")?;
    keystile(&desktop, &["open"])?;
    window.find("heading", "live").map(drop)
}

#[test]
fn terminal_starts_the_program_at_an_environment() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    keystile(&desktop, &["project", "create", "Acme Shop"])?;
    keystile(&desktop, &["env", "create", "Acme Shop/staging"])?;
    keystile(
        &desktop,
        &["open", "Acme Shop/staging", "--tab", "playground"],
    )?;
    desktop.wait_for_title("Playground – staging – Acme Shop – Keystile")
}

#[test]
fn link_that_starts_the_program_is_before_the_last_place() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    two_environments(&window)?;
    desktop.x11()?.close_window("Keystile")?;
    window.wait_until_exited()?;
    drop(window);
    let link = "keystile://open/Acme%20Shop/staging/gateway";
    let window = Window::open_with_arguments(&desktop, &[link])?;
    desktop.wait_for_title(STAGING_GATEWAY)?;
    window.find("heading", "staging")?;
    window.reload()?;
    window.find("heading", "staging")?;
    window.click("link", "production")?;
    window.reload()?;
    window.find("heading", "production").map(drop)
}

#[test]
fn link_waits_until_the_prompt_is_closed() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    two_environments(&window)?;
    let shown = window.create_key("ci-writer")?;
    let location = window.execute("return location.hash", &[])?;
    open_link(&desktop, "keystile://open/Acme%20Shop/staging/gateway")?;
    keystile(&desktop, &["open", "Acme Shop/staging", "--tab", "gateway"])?;
    let field = window.find("textbox", "Generated API Key")?;
    assert_eq!(window.text(&field)?, shown.key, "the key is still shown");
    assert!(window.is_close_disabled()?, "a link must not enable Close");
    assert_eq!(window.execute("return location.hash", &[])?, location);
    window.copy_key()?;
    assert_eq!(
        desktop.selection_text(Selection::Clipboard)?,
        Some(shown.key),
        "the key must still be copyable"
    );
    assert_eq!(window.execute("return location.hash", &[])?, location);
    window.close_prompt()?;
    desktop.wait_for_title(STAGING_GATEWAY)
}

#[test]
fn link_waits_until_the_dialog_is_closed() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    two_environments(&window)?;
    window.click("button", "New")?;
    window.fill("API Key Name", "unsaved")?;
    keystile(&desktop, &["open", "Acme Shop/staging", "--tab", "gateway"])?;
    let field = window.find("textbox", "API Key Name")?;
    assert_eq!(
        window.property(&field, "value")?,
        json!("unsaved"),
        "the dialog keeps what was typed"
    );
    window.click("button", "Cancel")?;
    desktop.wait_for_title(STAGING_GATEWAY)
}

#[test]
fn link_to_an_unknown_place_is_reported_and_changes_nothing() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    two_environments(&window)?;
    let location = window.execute("return location.hash", &[])?;
    open_link(&desktop, "keystile://open/Acme%20Shop/qa/keys")?;
    window.wait_for_announcement("No environment named qa in Acme Shop.")?;
    window.screenshot("link-unknown-1180x760")?;
    for link in [
        "keystile://open/Acme%20Shop/staging/keys/revoke",
        "keystile://revoke/Acme%20Shop/staging",
        "keystile://open/Acme%20Shop/staging?confirm=true",
        "keystile:",
    ] {
        window.click("button", "Dismiss")?;
        open_link(&desktop, link)?;
        window.wait_for_announcement("This link does not name an environment.")?;
    }
    assert_eq!(
        window.execute("return location.hash", &[])?,
        location,
        "the window stays where it is"
    );
    window.find("heading", "production").map(drop)
}

#[test]
fn copied_link_opens_the_environment() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    two_environments(&window)?;
    window.click("button", "Actions for production")?;
    window.screenshot("environment-menu-1180x760")?;
    window.click("menuitem", "Copy link")?;
    window.wait_for_announcement("Copied the link")?;
    let link = desktop.selection_text(Selection::Clipboard)?;
    assert_eq!(
        link.as_deref(),
        Some("keystile://open/Acme%20Shop/production")
    );
    window.click("link", "Settings")?;
    open_link(&desktop, &link.unwrap_or_default())?;
    desktop.wait_for_title("Overview – production – Acme Shop – Keystile")
}
