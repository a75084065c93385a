//! A gateway in front of a real API, started in the window and asked with curl: every decision is seen, with its reason.

use std::net::TcpListener;
use std::process::Command;

use keystile_tests::curl::curl;
use keystile_tests::input::key;
use keystile_tests::processes::{ProcessGroup, signal};
use keystile_tests::{HeadlessDesktop, TestError, TestResult, Window, wait_until};
use rustix::process::Signal;
use serde_json::json;

/// A real API in a process of its own.
fn upstream(port: &str) -> TestResult<(ProcessGroup, String)> {
    ProcessGroup::start_and_read_line(Command::new(env!("CARGO_BIN_EXE_sample_api")).arg(port))
}

fn decided(window: &Window<'_>, words: &[&str]) -> TestResult {
    wait_until(&format!("a decision said {words:?}"), || {
        let rows = window.execute(
            "return [...document.querySelectorAll('decision-list tbody tr')].map(
               (row) => row.innerText.replace(/\\s+/g, ' ').trim())",
            &[],
        )?;
        let is_there = rows.as_array().is_some_and(|rows| {
            rows.iter().any(|row| {
                let row = row.as_str().unwrap_or_default();
                words.iter().all(|word| row.contains(word))
            })
        });
        Ok(is_there.then_some(()))
    })
}

/// A project, an environment with this endpoint, and its Gateway tab.
fn prepare(window: &Window<'_>, endpoint: &str) -> TestResult<String> {
    window.create_first_environment("Acme Shop", "staging")?;
    let shown = window.create_key("reader")?;
    window.copy_key()?;
    window.close_prompt()?;
    window.click("tab", "Gateway")?;
    window.click("button", "Enter an endpoint")?;
    window.fill("Endpoint", endpoint)?;
    window.click("button", "Save")?;
    window.find("button", "Start gateway")?;
    Ok(shown.key)
}

/// Gives the gateway a port that no other journey's gateway takes while this one's is stopped.
fn place(window: &Window<'_>) -> TestResult {
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
        .map(|address| format!("http://{address}/products"))
        .ok_or_else(|| TestError::new("no address"))
}

#[test]
fn a_read_passes_a_write_does_not_and_a_revoked_key_is_refused_by_the_next_request() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (_api, api_address) = upstream("0")?;
    let plain = prepare(&window, &format!("http://{api_address}"))?;
    let url = start(&window)?;
    window.screenshot("gateway-running")?;
    let key = Some(plain.as_str());
    assert_eq!(curl("GET", &url, key)?, 200, "the key may read");
    assert_eq!(curl("POST", &url, key)?, 403, "it may not write");
    assert_eq!(curl("GET", &url, None)?, 401, "only keys pass");
    decided(&window, &["GET", "/products", "reader", "accepted"])?;
    decided(&window, &["POST", "reader", "refused: lacks write"])?;
    decided(&window, &["GET", "refused: no key"])?;
    window.screenshot("gateway-decisions")?;
    window.click("tab", "API Keys")?;
    wait_until("the list said that it was used", || {
        Ok((!window.row_text("reader")?.contains("never")).then_some(()))
    })?;
    window.screenshot("keys-used")?;
    window.revoke_key("reader")?;
    assert_eq!(
        curl("GET", &url, key)?,
        401,
        "when the window says revoked, the very next request is refused"
    );
    window.click("tab", "Gateway")?;
    decided(&window, &["GET", "reader", "refused: revoked"])
}

#[test]
fn it_starts_again_on_its_port_and_says_who_took_it() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (api, api_address) = upstream("0")?;
    let plain = prepare(&window, &format!("http://{api_address}"))?;
    let key = Some(plain.as_str());
    place(&window)?;
    let url = start(&window)?;
    window.click("button", "Stop gateway")?;
    window.find("button", "Start gateway")?;
    assert_eq!(
        curl("GET", &url, key)?,
        0,
        "a stopped gateway answers nobody"
    );
    assert_eq!(
        address(&window)?,
        url,
        "its address is shown while it is stopped"
    );
    assert_eq!(start(&window)?, url, "it keeps its port");
    assert_eq!(curl("GET", &url, key)?, 200, "and works as before");

    // The API goes away and comes back.
    drop(api);
    assert_eq!(
        curl("GET", &url, key)?,
        502,
        "an API that is down is an answer, not a hang"
    );
    decided(&window, &["GET", "reader", "accepted; API not reached"])?;
    window.screenshot("gateway-api-down")?;
    let port = api_address.rsplit(':').next().unwrap_or_default();
    let (_api, _) = upstream(port)?;
    assert_eq!(curl("GET", &url, key)?, 200, "it needs no restart");

    // Another program takes the port meanwhile.
    window.click("button", "Stop gateway")?;
    window.find("button", "Start gateway")?;
    let own = url
        .trim_start_matches("http://")
        .trim_end_matches("/products");
    let taker = TcpListener::bind(own)?;
    window.click("button", "Start gateway")?;
    window.wait_for_text(&format!("(pid {})", std::process::id()))?;
    window.screenshot("gateway-port-taken")?;
    let suggested = window.execute(
        "return document.querySelector('gateway-state .notice button').textContent.trim()",
        &[],
    )?;
    window.click("button", suggested.as_str().unwrap_or_default())?;
    window.find("button", "Stop gateway")?;
    let moved = address(&window)?;
    assert_ne!(moved, url, "it moved because it was told to");
    assert_eq!(curl("GET", &moved, key)?, 200);
    drop(taker);
    Ok(())
}

#[test]
fn rules_hold_for_the_next_request_and_are_tried_out_before() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (_api, api_address) = upstream("0")?;
    let plain = prepare(&window, &format!("http://{api_address}"))?;
    let key = Some(plain.as_str());
    let url = start(&window)?;
    assert_eq!(curl("POST", &url, key)?, 403);
    window.click("button", "Add rule")?;
    window.fill("Path of rule 1", "products")?;
    window.press_keys(&[], &[key::ENTER])?;
    window.wait_for_text("This is not a rule")?;
    window.screenshot("gateway-rule-refused")?;
    window.fill("Path of rule 1", "/products")?;
    window.press_keys(&[], &[key::ENTER])?;
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
        "the new rule says that this needs read, and holds at once"
    );
    Ok(())
}

fn environment(window: &Window<'_>) -> TestResult<String> {
    let id = window.execute("return location.hash.split('/').at(-2)", &[])?;
    Ok(id.as_str().unwrap_or_default().to_owned())
}

#[test]
fn gateways_that_ran_are_offered_again_after_the_program_has_ended() -> TestResult {
    let desktop = HeadlessDesktop::new()?;
    let window = Window::open(&desktop)?;
    let (_api, api_address) = upstream("0")?;
    let plain = prepare(&window, &format!("http://{api_address}"))?;
    place(&window)?;
    let url = start(&window)?;
    signal(window.process_id(), Signal::KILL)?;
    drop(window);
    let window = Window::open(&desktop)?;
    window.wait_for_text("'s gateway ran on")?;
    window.screenshot("gateway-offer")?;
    assert_eq!(
        curl("GET", &url, Some(&plain))?,
        0,
        "it is offered, not started behind the user's back"
    );
    window.click("button", "Start again")?;
    wait_until("the gateway answered again", || {
        Ok((curl("GET", &url, Some(&plain))? == 200).then_some(()))
    })
}
