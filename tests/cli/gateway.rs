//! `gateway run`: its output, its configuration, and its shutdown.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::fixture::{CliFixture, ENVIRONMENT};
use crate::running::{Running, status_line};

/// Reads the first line of a gateway. Returns its address and its upstream.
pub(crate) fn started(running: &mut Running) -> (String, String) {
    let line = running.line();
    let (address, upstream) = line
        .strip_prefix("Gateway for Acme Shop/staging: http://")
        .and_then(|rest| rest.split_once(" → "))
        .unwrap_or_else(|| panic!("{line}"));
    (address.to_owned(), upstream.to_owned())
}

/// Reads a decision. Returns its columns without the time and the duration, separated by one space.
fn decision(running: &mut Running) -> String {
    let line = running.line();
    let (time, decision) = line.split_once("  ").unwrap();
    assert!(
        time.starts_with("20") && time.ends_with('Z') && time.len() == 20,
        "each line must start with its time: {line}"
    );
    let mut columns: Vec<_> = decision.split_whitespace().collect();
    let duration = columns.remove(2);
    assert!(
        duration
            .strip_suffix("ms")
            .is_some_and(|number| number.parse::<f64>().is_ok()),
        "each line must have a duration: {line}"
    );
    columns.join(" ")
}

/// Starts an API that responds 200 to everything.
fn api() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            let response = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nyes";
            stream.write_all(response.as_bytes()).unwrap();
        }
    });
    format!("http://{address}")
}

#[test]
fn gateway_prints_its_address_and_each_decision() {
    let cli = CliFixture::new();
    let api = api();
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &api]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    let (address, upstream) = started(&mut running);
    assert_eq!(upstream, api);
    assert!(status_line(&address, "GET /orders?x=1", &key).contains(" 200 "));
    assert_eq!(decision(&mut running), "allowed 200 GET /orders ci");
    assert!(status_line(&address, "POST /orders", &key).contains(" 403 "));
    assert_eq!(
        decision(&mut running),
        "denied 403 POST /orders ci insufficient_scope"
    );
    cli.run_ok(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    assert!(
        status_line(&address, "GET /orders", &key).contains(" 401 "),
        "a revocation by another process applies to the next request"
    );
    assert_eq!(decision(&mut running), "denied 401 GET /orders ci revoked");
    assert!(status_line(&address, "GET /orders?_method=DELETE", &key).contains(" 401 "));
    assert_eq!(
        decision(&mut running),
        "denied 401 GET as DELETE /orders ci revoked",
        "the method override must be shown"
    );
}

#[test]
fn gateway_keeps_its_port_and_applies_edits_of_other_processes() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start_gateway(&cli, &["--port", "0", "--json"]);
    let first: Value = running.json_line();
    assert_eq!(
        first["endpoint"],
        Value::Null,
        "the sample API is not an endpoint"
    );
    let address = first["address"].as_str().unwrap().to_owned();
    assert!(status_line(&address, "GET /products", &key).contains(" 200 "));
    assert!(status_line(&address, "PUT /products", &key).contains(" 403 "));
    let rules = ["gateway", "rules", "--env", ENVIRONMENT];
    cli.run_ok(&[&rules[..], &["--add", "PUT /products read"]].concat());
    assert!(
        status_line(&address, "PUT /products", &key).contains(" 404 "),
        "a rule added by another process applies to the next request"
    );
    drop(running);
    let mut again = Running::start_gateway(&cli, &[]);
    assert_eq!(
        started(&mut again),
        (address, "sample API".to_owned()),
        "clients must find it at the same address"
    );
}

#[test]
fn run_options_are_not_saved() {
    let cli = CliFixture::new();
    let (stored, other) = (api(), api());
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &stored]);
    let args = [
        "--port",
        "0",
        "--endpoint",
        &other,
        "--host-header",
        "client",
    ];
    let mut running = Running::start_gateway(&cli, &args);
    assert_eq!(started(&mut running).1, other);
    drop(running);
    let shown = cli
        .run_ok(&["gateway", "show", "--env", ENVIRONMENT, "--json"])
        .json();
    assert_eq!(
        (&shown["endpoint"], &shown["host_header"]),
        (&stored.as_str().into(), &"upstream".into()),
        "options of a run must not change the configuration"
    );
    assert_eq!(started(&mut Running::start_gateway(&cli, &[])).1, stored);
}

#[test]
fn stopped_gateway_prints_the_reason() {
    for (args, code, message) in [
        (
            &["env", "edit", ENVIRONMENT, "--endpoint", ""][..],
            "endpoint_removed",
            "The gateway stopped because its endpoint was removed.",
        ),
        (
            &["env", "delete", ENVIRONMENT, "--yes"],
            "environment_deleted",
            "The gateway stopped because its environment was deleted.",
        ),
    ] {
        let cli = CliFixture::new();
        cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &api()]);
        let mut running = Running::start_gateway(&cli, &["--port", "0", "--json"]);
        running.line();
        cli.run_ok(args);
        let (exit, stderr) = running.wait();
        let error: Value = serde_json::from_str(&stderr).unwrap();
        assert_eq!(
            (exit, &error["code"], &error["message"]),
            (Some(1), &code.into(), &message.into()),
            "scripts must notice that it stopped by itself"
        );
    }
}

#[cfg(unix)]
#[test]
fn shutdown_finishes_open_requests_and_writes_counts() {
    let cli = CliFixture::new();
    let slow = TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("http://{}", slow.local_addr().unwrap());
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &api]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    let (address, _) = started(&mut running);
    let request = {
        let address = address.clone();
        std::thread::spawn(move || status_line(&address, "GET /slow", &key))
    };
    let (mut stream, _) = slow.accept().unwrap();
    running.signal(rustix::process::Signal::INT);
    let is_closed = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        TcpStream::connect(&address).is_err()
    });
    assert!(is_closed, "new connections must be refused");
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")
        .unwrap();
    assert!(
        request.join().unwrap().contains(" 200 "),
        "an open request must get its response"
    );
    assert_eq!(
        running.wait(),
        (Some(0), String::new()),
        "a shutdown signal is not an error"
    );
    let used = &cli.list_keys()[0];
    assert_eq!(
        (&used["allowed"], &used["denied"]),
        (&1.into(), &0.into()),
        "the last counts must be written"
    );
    let environments = cli.run_ok(&["env", "list", "Acme Shop", "--json"]).json();
    assert!(
        used["last_used_at"].is_string()
            && used["last_used_at"] == environments[0]["last_request_at"],
        "the environment's last request is that of its only key: {environments}"
    );
    let shown = cli
        .run_ok(&["key", "show", "ci", "--env", ENVIRONMENT])
        .stdout;
    assert!(
        shown.contains("\n  allowed      1\n") && !shown.contains("last used    never"),
        "{shown}"
    );
}

#[cfg(unix)]
#[test]
fn gateway_with_unread_output_serves_requests_and_stops_on_sigterm() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start_gateway(&cli, &["--port", "0", "--json"]);
    let first: Value = running.json_line();
    let address = first["address"].as_str().unwrap().to_owned();
    // More than the 64 KiB that a pipe buffers, so that every further write blocks.
    let target = format!("GET /products?{}", "x".repeat(10));
    let path = format!("GET /{}", "a".repeat(4_000));
    for _ in 0..40 {
        status_line(&address, &path, &key);
    }
    assert!(
        status_line(&address, &target, &key).contains(" 200 "),
        "requests must not wait for the output"
    );
    running.signal(rustix::process::Signal::TERM);
    assert_eq!(
        running.wait().0,
        Some(0),
        "a shutdown signal is not an error"
    );
    assert_eq!(
        cli.list_keys()[0]["allowed"],
        41,
        "the last counts must be written"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn gateway_disables_core_files() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    started(&mut running);
    crate::fixture::assert_no_core_files(running.id());
}

#[test]
fn endpoint_that_is_the_gateway_itself_is_an_error() {
    let cli = CliFixture::new();
    for host in ["127.0.0.1", "localhost"] {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let output = cli.run(&[
            "gateway",
            "run",
            "--env",
            ENVIRONMENT,
            "--port",
            &port.to_string(),
            "--endpoint",
            &format!("http://{host}:{port}"),
        ]);
        assert!(
            output.exit_code == Some(1)
                && output.stderr.starts_with(&format!(
                    "The endpoint is this gateway's own address, 127.0.0.1:{port}."
                )),
            "every request would come back to the gateway: {}",
            output.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn reason_of_unreachable_endpoint_is_printed_once() {
    let cli = CliFixture::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &endpoint]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    let (address, _) = started(&mut running);
    for _ in 0..2 {
        assert!(status_line(&address, "GET /orders", &key).contains(" 502 "));
        assert!(decision(&mut running).ends_with("upstream_unreachable"));
    }
    // The connection is tried again in the background.
    std::thread::sleep(Duration::from_millis(500));
    running.signal(rustix::process::Signal::TERM);
    let (_, stderr) = running.wait();
    let message =
        format!("Cannot connect to {endpoint} ({ENVIRONMENT}): connection refused. Start the API");
    assert_eq!(
        stderr.matches(&message).count(),
        1,
        "the code alone does not say what to do: {stderr}"
    );
}
