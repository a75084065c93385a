//! The HTTP service in the window: it checks keys for other programs until it is stopped, on a port that stays the same.

use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use keystile_tests::processes::signal;
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window, wait_until};
use rustix::process::Signal;
use serde_json::{Value, json};

/// Sends a request to `/v1/verify` with curl. Returns the response; `None` if the connection is refused.
pub(crate) fn verify(address: &str, body: &Value) -> TestResult<Option<Value>> {
    let mut curl = Command::new("curl")
        .args(["--silent", "--max-time", "30", "--data", "@-"])
        .args(["--header", "Content-Type: application/json"])
        .arg(format!("http://{address}/v1/verify"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = curl
        .stdin
        .take()
        .ok_or_else(|| TestError::new("no standard input"))?;
    input.write_all(body.to_string().as_bytes())?;
    drop(input);
    let output = curl.wait_with_output()?;
    match output.status.code() {
        // https://curl.se/libcurl/c/libcurl-errors.html: CURLE_COULDNT_CONNECT
        Some(7) => Ok(None),
        _ => Ok(Some(serde_json::from_slice(&output.stdout)?)),
    }
}

/// Creates an environment and opens the part of its Gateway tab with the service. Gives the service a port that no other
/// test uses.
fn open_service(window: &Window<'_>) -> TestResult<String> {
    window.click("link", "Gateway")?;
    window.click("link", "Connect")?;
    window.click("radio", "Your proxy")?;
    let started = window
        .invoke("start_http_service", &json!({ "port": 0 }))?
        .map_err(TestError::new)?;
    window
        .invoke("stop_http_service", &json!({}))?
        .map_err(TestError::new)?;
    let address = started["address"].as_str().unwrap_or_default().to_owned();
    window.wait_for_text(&format!("Stopped, will run at http://{address}"))?;
    Ok(address)
}

fn wait_for_snippet(window: &Window<'_>, address: &str) -> TestResult {
    wait_until("the configuration contained the address", || {
        let snippet = window.execute(
            "return document.querySelector('proxy-snippet .snippet')?.textContent ?? ''",
            &[],
        )?;
        let text = snippet.as_str().unwrap_or_default();
        Ok(text.contains(address).then_some(()))
    })
}

#[test]
fn service_checks_keys_until_it_is_stopped() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("reader")?;
    window.copy_key()?;
    window.close_prompt()?;
    let address = open_service(&window)?;
    wait_for_snippet(&window, &address)?;
    window.screenshot("http-service-stopped")?;
    window.click("button", "Start service")?;
    window.wait_for_text(&format!("HTTP service · Running at http://{address}"))?;
    window.screenshot("http-service-running")?;

    let environment = "Acme Shop/staging";
    for (key, permission, code) in [
        (shown.key.as_str(), "read", "allowed"),
        (&shown.key, "write", "insufficient_scope"),
        ("no-key", "read", "invalid_key"),
    ] {
        let body = json!({ "key": key, "environment": environment, "permission": permission });
        let response = verify(&address, &body)?.unwrap_or_default();
        assert_eq!(
            (&response["valid"], &response["code"]),
            (&json!(code == "allowed"), &json!(code)),
            "{permission}: {response}"
        );
    }
    window.click("button", "Copy the address")?;
    wait_until("the address was copied", || {
        let text = desktop.selection_text(Selection::Clipboard)?;
        Ok((text == Some(format!("http://{address}"))).then_some(()))
    })?;

    window.click("link", "Overview")?;
    window.wait_for_text(&format!("The HTTP service on http://{address} checks keys"))?;
    window.screenshot("http-service-guard")?;
    window.click("link", "API Keys")?;
    wait_until("the list showed the use", || {
        Ok((!window.row_text("reader")?.contains("Never")).then_some(()))
    })?;
    window.revoke_key("reader")?;
    let body = json!({ "key": shown.key, "environment": environment });
    let response = verify(&address, &body)?.unwrap_or_default();
    assert_eq!(
        response["code"], "revoked",
        "a revocation applies to the next check: {response}"
    );

    desktop.x11()?.close_window("Keystile")?;
    window.find("alertdialog", "Stop the HTTP service and quit?")?;
    window.wait_for_text(&format!("HTTP service on {address}"))?;
    window.screenshot("http-service-quit")?;
    window.click("button", "Cancel")?;
    window.click("link", "Gateway")?;
    window.click("link", "Connect")?;
    window.click("button", "Stop service")?;
    window.find("button", "Start service")?;
    assert_eq!(
        verify(&address, &body)?,
        None,
        "a stopped service must not accept connections"
    );
    Ok(())
}

#[test]
fn service_is_offered_after_restart_and_names_the_program_on_its_port() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let address = open_service(&window)?;
    window.click("button", "Start service")?;
    window.find("button", "Stop service")?;
    signal(window.process_id(), Signal::KILL)?;
    drop(window);

    let window = Window::open(&desktop)?;
    window.wait_for_text(&format!(
        "The HTTP service ({address}) was running when Keystile quit."
    ))?;
    window.screenshot("http-service-offer")?;
    let body = json!({ "key": "no-key", "environment": "Acme Shop/staging" });
    assert_eq!(
        verify(&address, &body)?,
        None,
        "the service must not start by itself"
    );
    // Another program takes the port meanwhile.
    let other_listener = TcpListener::bind(&address)?;
    window.click("button", "Restart")?;
    let port = other_listener.local_addr()?.port();
    window.wait_for_text(&format!("Port {port} is in use by"))?;
    window.click("link", "Gateway")?;
    window.click("link", "Connect")?;
    window.click("radio", "Your proxy")?;
    window.wait_for_text(&format!("(pid {})", std::process::id()))?;
    window.screenshot("http-service-port-taken")?;
    let suggested = window.execute(
        "return document.querySelector('http-service .notice button').textContent.trim()",
        &[],
    )?;
    let suggested = suggested.as_str().unwrap_or_default().to_owned();
    window.click("button", &suggested)?;
    window.find("button", "Stop service")?;
    let port = suggested.trim_start_matches("Use ");
    let new_address = format!("127.0.0.1:{port}");
    assert_ne!(new_address, address, "the port is still taken");
    wait_for_snippet(&window, &new_address)?;
    let response = verify(&new_address, &body)?.unwrap_or_default();
    assert_eq!(response["code"], "invalid_key", "{response}");
    window.click("button", "Stop service")?;
    window.find("button", "Start service")?;
    drop(window);
    let window = Window::open(&desktop)?;
    window.find("heading", "staging")?;
    assert!(
        !window
            .page_content()?
            .contains("was running when Keystile quit"),
        "a stopped service is not offered"
    );
    Ok(())
}
