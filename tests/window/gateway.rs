//! A gateway in front of a real API, started in the window and called with curl: every request is logged with its
//! reason.

use std::net::TcpListener;
use std::process::Command;

use keystile_tests::curl::curl;
use keystile_tests::input::key;
use keystile_tests::processes::{ProcessGroup, signal};
use keystile_tests::x11::Selection;
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window, wait_until};
use rustix::process::Signal;
use serde_json::json;

/// Starts an API in its own process.
fn upstream(port: &str) -> TestResult<(ProcessGroup, String)> {
    ProcessGroup::start_and_read_line(Command::new(env!("CARGO_BIN_EXE_sample_api")).arg(port))
}

fn wait_for_request(window: &Window<'_>, parts: &[&str]) -> TestResult {
    wait_until(&format!("a request contained {parts:?}"), || {
        let rows = window.execute(
            "return [...document.querySelectorAll('request-log tbody tr')].map(
               (row) => row.innerText.replace(/\\s+/g, ' ').trim())",
            &[],
        )?;
        let is_there = rows.as_array().is_some_and(|rows| {
            rows.iter().any(|row| {
                let row = row.as_str().unwrap_or_default();
                parts.iter().all(|part| row.contains(part))
            })
        });
        Ok(is_there.then_some(()))
    })
}

/// Creates a project, an environment with this endpoint, and a key, and opens the Gateway tab.
fn prepare(window: &Window<'_>, endpoint: &str) -> TestResult<String> {
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("reader")?;
    window.copy_key()?;
    window.close_prompt()?;
    window.click("link", "Gateway")?;
    window.fill("Endpoint", endpoint)?;
    window.click("button", "Save")?;
    window.wait_for_text("Endpoint set to")?;
    Ok(shown.key)
}

/// Gives the gateway a port that the gateways of other tests do not take while it is stopped.
fn reserve_port(window: &Window<'_>) -> TestResult {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let environment = json!({ "environmentId": environment(window)?, "port": port });
    for command in ["start_gateway", "stop_gateway"] {
        window
            .invoke(command, &environment)?
            .map_err(TestError::new)?;
    }
    window.wait_for_text(&format!("127.0.0.1:{port}"))
}

fn start(window: &Window<'_>) -> TestResult<String> {
    window.click("button", "Start gateway")?;
    window.find("button", "Stop gateway")?;
    address(window)
}

fn address(window: &Window<'_>) -> TestResult<String> {
    let text = window.execute(
        "return document.querySelector('gateway-state code').textContent",
        &[],
    )?;
    text.as_str()
        .map(|url| format!("{url}/products"))
        .ok_or_else(|| TestError::new("no address"))
}

#[test]
fn gateway_allows_reads_denies_writes_and_rejects_revoked_key() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (_api, api_address) = upstream("0")?;
    let plain = prepare(&window, &format!("http://{api_address}"))?;
    let url = start(&window)?;
    window.screenshot("gateway-running")?;
    let key = Some(plain.as_str());
    assert_eq!(curl("GET", &url, key)?, 200, "a read must pass");
    assert_eq!(curl("POST", &url, key)?, 403, "a write must be denied");
    assert_eq!(
        curl("GET", &url, None)?,
        401,
        "a request without a key must be rejected"
    );
    wait_for_request(&window, &["GET", "/products", "reader", "Allowed"])?;
    wait_for_request(&window, &["POST", "reader", "Denied: needs Write"])?;
    wait_for_request(&window, &["GET", "Denied: no key"])?;
    window.screenshot("gateway-decisions")?;
    window.click("link", "API Keys")?;
    wait_until("the list showed the use", || {
        Ok((!window.row_text("reader")?.contains("Never")).then_some(()))
    })?;
    window.screenshot("keys-used")?;
    window.revoke_key("reader")?;
    assert_eq!(
        curl("GET", &url, key)?,
        401,
        "a revoked key must be rejected on the next request"
    );
    window.click("link", "Gateway")?;
    wait_for_request(&window, &["GET", "reader", "Denied: key revoked"])
}

#[test]
fn gateway_keeps_its_port_and_names_the_program_that_uses_it() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (api, api_address) = upstream("0")?;
    let plain = prepare(&window, &format!("http://{api_address}"))?;
    let key = Some(plain.as_str());
    reserve_port(&window)?;
    let url = start(&window)?;
    window.click("button", "Stop gateway")?;
    window.find("button", "Start gateway")?;
    assert_eq!(
        curl("GET", &url, key)?,
        0,
        "a stopped gateway must not accept connections"
    );
    assert_eq!(
        address(&window)?,
        url,
        "a stopped gateway must show its address"
    );
    assert_eq!(start(&window)?, url, "a gateway must keep its port");
    assert_eq!(
        curl("GET", &url, key)?,
        200,
        "a restarted gateway must serve requests"
    );

    // The API stops and restarts.
    drop(api);
    assert_eq!(
        curl("GET", &url, key)?,
        502,
        "an unreachable API must be reported"
    );
    wait_for_request(&window, &["GET", "reader", "Allowed, API unreachable"])?;
    window.screenshot("gateway-api-down")?;
    let port = api_address.rsplit(':').next().unwrap_or_default();
    let (_api, _) = upstream(port)?;
    assert_eq!(
        curl("GET", &url, key)?,
        200,
        "the gateway must reconnect without a restart"
    );

    // Another program takes the port meanwhile.
    window.click("button", "Stop gateway")?;
    window.find("button", "Start gateway")?;
    let socket_address = url
        .trim_start_matches("http://")
        .trim_end_matches("/products");
    let other_listener = TcpListener::bind(socket_address)?;
    window.click("button", "Start gateway")?;
    window.wait_for_text(&format!("(pid {})", std::process::id()))?;
    window.screenshot("gateway-port-taken")?;
    let suggested = window.execute(
        "return document.querySelector('gateway-state .notice button').textContent.trim()",
        &[],
    )?;
    window.click("button", suggested.as_str().unwrap_or_default())?;
    window.find("button", "Stop gateway")?;
    let new_url = address(&window)?;
    assert_ne!(new_url, url, "the gateway must use the suggested port");
    assert_eq!(curl("GET", &new_url, key)?, 200);
    drop(other_listener);
    Ok(())
}

#[test]
fn added_rule_applies_to_next_request() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (_api, api_address) = upstream("0")?;
    let plain = prepare(&window, &format!("http://{api_address}"))?;
    let key = Some(plain.as_str());
    let url = start(&window)?;
    assert_eq!(curl("POST", &url, key)?, 403);
    window.click("link", "Rules")?;
    window.click("button", "Add rule")?;
    window.wait_for_text("Not saved")?;
    window.fill("Path of the new rule", "products")?;
    window.press_keys(&[], &[key::ENTER])?;
    window.wait_for_text("Invalid route rule")?;
    window.screenshot("gateway-rule-invalid")?;
    window.fill("Path of the new rule", "/products")?;
    window.press_keys(&[], &[key::ENTER])?;
    window.find("textbox", "Path of rule 1")?;
    window.fill("Path to test", "/a/../products")?;
    window.wait_for_text("Needs Write (its path has . or .. segments")?;
    wait_until("the rule was stored", || {
        let gateway = window
            .invoke(
                "show_gateway",
                &json!({ "environmentId": environment(&window)? }),
            )?
            .map_err(TestError::new)?;
        Ok((gateway["rules"][0]["path"] == "/products").then_some(()))
    })?;
    window.screenshot("gateway-rules")?;
    assert_eq!(
        curl("POST", &url, key)?,
        201,
        "a new rule must apply to the next request"
    );
    Ok(())
}

#[test]
fn rule_that_never_applies_is_marked_until_it_is_moved() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    prepare(&window, "http://127.0.0.1:9")?;
    window.click("link", "Rules")?;
    let rules = json!({
        "environmentId": environment(&window)?,
        "changes": {
            "rules": [
                { "method": null, "path": "/*", "access": "read" },
                { "method": "POST", "path": "/search", "access": "write" },
            ],
        },
    });
    window
        .invoke("edit_gateway", &rules)?
        .map_err(TestError::new)?;
    let warning = "Rule 2 is never used: rule 1 matches all of it.";
    window.wait_for_text(warning)?;
    window.screenshot("gateway-rule-unused")?;
    window.click("button", "Move rule 2 up")?;
    wait_until("the warning was gone", || {
        Ok((!window.page_content()?.contains("is never used")).then_some(()))
    })
}

fn environment(window: &Window<'_>) -> TestResult<String> {
    let id = window.execute("return location.hash.split('/').at(4)", &[])?;
    Ok(id.as_str().unwrap_or_default().to_owned())
}

#[test]
fn request_log_is_filtered_and_a_row_opens_its_details() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (_api, api_address) = upstream("0")?;
    let plain = prepare(&window, &api_address)?;
    window.wait_for_text(&format!("Endpoint set to http://{api_address}"))?;
    let url = start(&window)?;
    assert_eq!(curl("GET", &url, Some(&plain))?, 200);
    assert_eq!(curl("POST", &url, Some(&plain))?, 403);
    wait_for_request(
        &window,
        &["GET", "/products", "200 OK", "reader", "Allowed"],
    )?;
    wait_for_request(&window, &["POST", "403 Forbidden", "Denied: needs Write"])?;
    window.click("radio", "Denied")?;
    window.wait_for_script(
        "only the denied request was listed",
        "document.querySelectorAll('request-log tbody tr').length === 1",
    )?;
    window.click("button", "/products")?;
    window.find("button", "Close details")?;
    for text in [
        "insufficient_scope",
        "Required access Write (default for its method)",
        "Client 127.0.0.1",
        "Key reader",
    ] {
        window.wait_for_text(text)?;
    }
    window.screenshot("gateway-request-details")?;
    window.click("button", "Copy as curl")?;
    let command = wait_until("the command was copied", || {
        let text = desktop.selection_text(Selection::Clipboard)?;
        Ok(text.filter(|text| text.contains("curl")))
    })?;
    assert!(
        command.contains("-X 'POST'") && command.contains(&url) && !command.contains(&plain),
        "the command repeats the request and prompts for the key: {command}"
    );
    window.press_keys(&[], &[key::ESCAPE])?;
    window.wait_until_gone("button", "Close details")?;
    window.click("button", "Copy as JSON Lines")?;
    wait_until("the rows were copied", || {
        let text = desktop.selection_text(Selection::Clipboard)?;
        Ok(text.filter(|text| text.contains(r#""code":"insufficient_scope""#)))
    })?;
    window.click("link", "Connect")?;
    window.click("radio", "Python")?;
    window.wait_for_text(r#"os.environ["API_KEY"]"#)?;
    window.screenshot("gateway-connect")?;
    Ok(())
}

#[test]
fn request_log_is_kept_across_restarts_and_read_while_scrolling() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    window.create_first_environment("Acme Shop", "staging")?;
    let url = window.start_sample_gateway()?;
    for _ in 0..120 {
        assert_eq!(curl("GET", &url, None)?, 401);
    }
    window.wait_for_text("120 requests")?;
    drop(window);
    let window = Window::open(&desktop)?;
    window.wait_for_text("120 requests")?;
    let last_row = "document.querySelector('request-log tr[aria-rowindex=\"121\"]') !== null";
    window.execute(
        "const box = document.querySelector('.request-scroll'); box.scrollTo(0, box.scrollHeight)",
        &[],
    )?;
    wait_until("the oldest request was drawn", || {
        window.execute(
            "const box = document.querySelector('.request-scroll'); box.scrollTo(0, box.scrollHeight)",
            &[],
        )?;
        let is_drawn = window.execute(&format!("return {last_row}"), &[])?;
        Ok((is_drawn == true).then_some(()))
    })?;
    window.wait_for_text("Paused")?;
    window.screenshot("request-log-scrolled")?;
    window.click("button", "Resume")?;
    window.wait_for_script(
        "the newest request was drawn",
        "document.querySelector('request-log tr[aria-rowindex=\"2\"]') !== null",
    )
}

#[test]
fn running_gateway_is_offered_after_restart() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (_api, api_address) = upstream("0")?;
    let plain = prepare(&window, &format!("http://{api_address}"))?;
    reserve_port(&window)?;
    let url = start(&window)?;
    signal(window.process_id(), Signal::KILL)?;
    drop(window);
    let window = Window::open(&desktop)?;
    window.wait_for_text("was running when Keystile quit")?;
    window.screenshot("gateway-offer")?;
    assert_eq!(
        curl("GET", &url, Some(&plain))?,
        0,
        "a gateway must not start by itself"
    );
    window.click("button", "Restart")?;
    wait_until("the gateway responded again", || {
        Ok((curl("GET", &url, Some(&plain))? == 200).then_some(()))
    })
}
