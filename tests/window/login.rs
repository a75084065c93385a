//! Starting at login: the setting shows and changes the system's entry, and a start at login shows the window unless
//! the setting of the tray is on.

use std::path::PathBuf;

use keystile_tests::tray_host::TrayHost;
use keystile_tests::window::program;
use keystile_tests::{HeadlessDesktop, TestResult, Window, wait_until};
use serde_json::json;

const LOGIN: &str = "Start Keystile at login";
const TRAY: &str =
    "Keep gateways and the HTTP service running in the tray when the window is closed";

fn entry(desktop: &HeadlessDesktop) -> PathBuf {
    desktop.home().join(".config/autostart/Keystile.desktop")
}

/// Leaves Settings, opens it again, and waits until the checkbox shows this state.
fn expect_setting(window: &Window<'_>, is_on: bool) -> TestResult {
    window.click("link", "Environments")?;
    window.click("link", "Settings")?;
    wait_until(&format!("“{LOGIN}” was {is_on}"), || {
        let checkbox = window.find("checkbox", LOGIN)?;
        let state = (
            window.is_disabled(&checkbox)?,
            window.property(&checkbox, "checked")?,
        );
        Ok((state == (false, json!(is_on))).then_some(()))
    })
}

fn quit_by_closing(window: &Window<'_>) -> TestResult {
    window.desktop().x11()?.close_window("Keystile")?;
    window.wait_until_exited()
}

#[test]
fn setting_writes_and_removes_the_entry_of_the_system() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    expect_setting(&window, false)?;
    assert!(!entry(&desktop).exists(), "it is off by default");

    window.click("checkbox", LOGIN)?;
    wait_until("the entry was written", || {
        Ok(entry(&desktop).exists().then_some(()))
    })?;
    let text = std::fs::read_to_string(entry(&desktop))?;
    let command = format!("Exec={} --login", program().display());
    assert!(text.lines().any(|line| line == command), "{text}");
    expect_setting(&window, true)?;
    window.screenshot("settings-login-1180x760")?;

    // As Xfce's settings turn it off.
    std::fs::write(entry(&desktop), format!("{text}\nHidden=true\n"))?;
    expect_setting(&window, false)?;
    window.click("checkbox", LOGIN)?;
    wait_until("the entry was turned on", || {
        let text = std::fs::read_to_string(entry(&desktop))?;
        Ok((!text.contains("Hidden=true")).then_some(()))
    })?;
    expect_setting(&window, true)?;
    window.click("checkbox", LOGIN)?;
    wait_until("the entry was removed", || {
        Ok((!entry(&desktop).exists()).then_some(()))
    })?;
    expect_setting(&window, false)
}

#[test]
fn setting_that_cannot_be_written_is_reported() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    // A file in the place of the folder. Permissions would not stop root.
    std::fs::create_dir_all(desktop.home().join(".config"))?;
    std::fs::write(desktop.home().join(".config/autostart"), "")?;
    expect_setting(&window, false)?;
    window.click("checkbox", LOGIN)?;
    window.wait_for_announcement("Starting at login could not be changed.")?;
    expect_setting(&window, false)
}

#[test]
fn start_at_login_shows_the_window_unless_gateways_are_kept_in_the_tray() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open_with_arguments(&desktop, &["--login"])?;
    let x = desktop.x11()?;
    wait_until("the window was shown", || {
        Ok(x.is_shown("Keystile")?.then_some(()))
    })?;
    let tray = TrayHost::start(&desktop)?;
    window.click("link", "Settings")?;
    window.click("checkbox", TRAY)?;
    tray.wait_for_menu(&["Open Keystile", "Quit"])?;
    quit_by_closing(&window)?;
    drop(window);

    let window = Window::open_with_arguments(&desktop, &["--login"])?;
    tray.wait_for_menu(&["Open Keystile", "Quit"])?;
    assert!(!x.is_shown("Keystile")?, "it starts in the tray");
    let again = desktop.command(program()).arg("--login").status()?;
    assert!(
        again.success() && !x.is_shown("Keystile")?,
        "a second start at login shows nothing either"
    );
    tray.click("Open Keystile")?;
    wait_until("the window was shown", || {
        Ok(x.is_shown("Keystile")?.then_some(()))
    })?;
    window.find("heading", "Create your first API key")?;
    quit_by_closing(&window)?;
    drop(window);

    drop(tray);
    let _window = Window::open_with_arguments(&desktop, &["--login"])?;
    wait_until(
        "the window was shown, because the desktop has no tray anymore",
        || Ok(x.is_shown("Keystile")?.then_some(())),
    )
}
