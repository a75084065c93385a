//! Notifications of what happens while the window is hidden, shown by a real notification daemon.

use keystile_tests::notification_server::NotificationServer;
use keystile_tests::tray_host::TrayHost;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window};
use serde_json::{Value, json};

use crate::tray::{close_and_wait_until_hidden, gateway_in_tray, wait_for_window};

const SETTING: &str = "Show notifications";
const SUMMARY: &str = "R&D/staging: gateway stopped";

fn invoke(window: &Window<'_>, command: &str, fields: Value) -> TestResult<Value> {
    window.invoke(command, &fields)?.map_err(TestError::new)
}

/// Returns the environment of the only running gateway.
fn environment(window: &Window<'_>) -> TestResult<Value> {
    Ok(invoke(window, "start", json!({}))?["gateways"][0]["environmentId"].take())
}

/// Adds or removes the upstream. A gateway without one stops.
fn set_upstream(window: &Window<'_>, environment: &Value, exists: bool) -> TestResult {
    let fields = json!({ "environmentId": environment, "changes": { "sample": exists } });
    invoke(window, "edit_gateway", fields).map(drop)
}

#[test]
fn notification_of_a_stopped_gateway_opens_its_environment() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let server = NotificationServer::start(&desktop)?;
    let window = Window::open(&desktop)?;
    gateway_in_tray(&window, &tray)?;
    close_and_wait_until_hidden(&desktop)?;
    set_upstream(&window, &environment(&window)?, false)?;
    assert_eq!(
        server.wait_for(SUMMARY)?,
        "The gateway stopped because its endpoint was removed. Set an endpoint, then start the gateway again."
    );
    server.click()?;
    wait_for_window(&desktop, true)?;
    desktop.wait_for_title("Gateway – staging – R&D – Keystile")
}

#[test]
fn notifications_can_be_turned_off() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let server = NotificationServer::start(&desktop)?;
    let window = Window::open(&desktop)?;
    gateway_in_tray(&window, &tray)?;
    window.click("checkbox", SETTING)?;
    close_and_wait_until_hidden(&desktop)?;
    let environment = environment(&window)?;
    set_upstream(&window, &environment, false)?;
    tray.wait_for_menu(&["Open Keystile", "Quit"])?;

    let on = json!({ "changes": { "notifications": true } });
    invoke(&window, "change_settings", on)?;
    set_upstream(&window, &environment, true)?;
    let fields = json!({ "environmentId": environment, "port": null });
    invoke(&window, "start_gateway", fields)?;
    set_upstream(&window, &environment, false)?;
    server.wait_for(SUMMARY)?;
    assert_eq!(
        server.notifications()?.len(),
        1,
        "the gateway stopped first without a notification"
    );
    Ok(())
}

#[test]
fn key_that_expires_soon_is_announced_while_the_window_is_hidden() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let tray = TrayHost::start(&desktop)?;
    let server = NotificationServer::start(&desktop)?;
    let window = Window::open(&desktop)?;
    gateway_in_tray(&window, &tray)?;
    let environment = environment(&window)?;
    window.click("link", "staging")?;
    window.click("link", "API Keys")?;
    window.create_key("ci-writer")?;
    window.copy_key()?;
    window.close_prompt()?;
    let query = json!({ "filter": "all", "search": "", "sort": "created", "descending": true, "offset": 0, "limit": 1 });
    let fields = json!({ "environmentId": environment, "query": query });
    let key = invoke(&window, "list_keys", fields)?["keys"][0]["id"].take();
    close_and_wait_until_hidden(&desktop)?;
    let fields = json!({ "keyId": key, "changes": { "expiry": { "kind": "days", "days": 6 } } });
    invoke(&window, "edit_key", fields)?;
    assert_eq!(
        server.wait_for("ci-writer expires within 6 days")?,
        "R&D/staging. Extend it, or create another key."
    );
    server.click()?;
    wait_for_window(&desktop, true)?;
    desktop.wait_for_title("API Keys – staging – R&D – Keystile")
}
