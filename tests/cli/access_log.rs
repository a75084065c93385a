//! The access log and the metrics of `gateway run` and `serve`.

#[cfg(unix)]
use std::io::Read;
#[cfg(unix)]
use std::path::PathBuf;
#[cfg(unix)]
use std::sync::mpsc::channel;

#[cfg(unix)]
use serde_json::Value;

use crate::fixture::{CliFixture, ENVIRONMENT};
#[cfg(unix)]
use crate::running::{Running, request, send_request};

/// Starts the gateway with an access log. Returns what it prints as JSON, and the path of the log.
#[cfg(unix)]
fn start_gateway(cli: &CliFixture, options: &[&str]) -> (Running, Value, PathBuf) {
    let log = cli.store_path().with_file_name("access.log");
    let log_options = [
        "--port",
        "0",
        "--json",
        "--access-log",
        log.to_str().unwrap(),
    ];
    let mut running = Running::start_gateway(cli, &[&log_options, options].concat());
    let started = running.json_line();
    (running, started, log)
}

#[cfg(unix)]
#[test]
fn gateway_writes_an_access_log_and_serves_metrics() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let key = cli.create_key("ci", &[]);
    let (mut running, started, log) = start_gateway(
        &cli,
        &["--metrics", "127.0.0.1:0", "--access-log-format", "json"],
    );
    let address = started["address"].as_str().unwrap();
    let metrics = started["metrics"]
        .as_str()
        .and_then(|url| url.strip_prefix("http://")?.strip_suffix("/metrics"))
        .unwrap_or_else(|| panic!("{started}"));
    assert!(request(address, "GET /products?token=x", &key).contains(" 200 "));
    assert!(request(address, "POST /products", &key).contains(" 403 "));
    assert!(request(address, "GET /products\r\nX-API-KEY: ", "").contains(" 401 "));

    let text = request(metrics, "GET /metrics", "");
    for line in [
        "keystile_gateway_requests_total{decision=\"allowed\"} 1",
        "keystile_gateway_requests_total{decision=\"insufficient_scope\"} 1",
        "keystile_gateway_request_duration_seconds_count 3",
        "keystile_verifications_total{result=\"allowed\"} 1",
        "keystile_rotated_key_requests_total{secret=\"old\"} 0",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}: {text}");
    }
    assert!(
        request(metrics, "GET /other", "").contains(" 404 "),
        "the server must only serve metrics"
    );
    running.terminate();

    let text = std::fs::read_to_string(&log).unwrap();
    assert!(
        !text.contains(&key),
        "the log must not contain the key: {text}"
    );
    let entries: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let requests: Vec<_> = entries
        .iter()
        .map(|entry| {
            let field = |name: &str| entry[name].as_str().unwrap_or("-").to_owned();
            let status = entry["status"].as_u64().unwrap_or_default();
            format!(
                "{} {} {status} {}",
                field("method"),
                field("path"),
                field("decision")
            )
        })
        .collect();
    assert_eq!(
        requests,
        [
            "GET /products 200 allowed",
            "POST /products 403 insufficient_scope",
            "GET /products 401 invalid_key",
        ],
        "each request must have one line, without its query"
    );
    assert!(
        entries[0]["key_id"].as_str().is_some() && entries[0]["client"] == "127.0.0.1",
        "{text}"
    );
}

#[test]
fn metrics_on_a_remote_address_are_refused_with_an_address_that_works() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let run = ["gateway", "run", "--env", ENVIRONMENT, "--port", "0"];
    for options in [&[][..], &["--allow-remote"]] {
        let output = cli.run(&[&run[..], &["--metrics", "0.0.0.0:0"], options].concat());
        assert_eq!(
            (output.exit_code, output.stderr.as_str()),
            (
                Some(2),
                "Not serving metrics on 0.0.0.0:0: other machines could read them.\nUse 127.0.0.1:0, and let a \
                 reverse proxy with authentication serve it to other machines.\n"
            ),
            "no option allows it, so the advice must name none"
        );
    }
}

#[cfg(unix)]
#[test]
fn service_logs_to_stdout_after_its_address() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start(
        &cli,
        &["serve", "--listen", "127.0.0.1:0", "--access-log", "-"],
    );
    let first = running.line();
    let address = first.strip_prefix("Listening on http://").unwrap();
    let head = "GET /v1/auth/nginx/Acme%20Shop/staging\r\nX-Original-Method: GET";
    let response = request(address, head, &key);
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    let line = running.line();
    assert!(
        line.contains("\"GET /v1/auth/nginx/Acme%20Shop/staging\" 200 ")
            && line.ends_with(" allowed"),
        "{line}"
    );
    assert!(!line.contains(&key), "{line}");
    running.terminate();
}

#[test]
fn unwritable_access_log_is_an_error_at_start() {
    let cli = CliFixture::new();
    let missing = cli
        .store_path()
        .with_file_name("missing")
        .join("access.log");
    let output = cli.run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--access-log",
        missing.to_str().unwrap(),
    ]);
    assert_eq!(output.exit_code, Some(1));
    assert!(output.stderr.contains("access log"), "{}", output.stderr);
}

#[cfg(unix)]
#[test]
fn request_aborted_by_its_client_is_logged() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let (arrived, began) = channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0_u8; 4096];
        let _request = stream.read(&mut head).unwrap();
        arrived.send(()).unwrap();
        // Never responds.
        let _ended = stream.read(&mut head);
    });
    let cli = CliFixture::new();
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &api]);
    let key = cli.create_key("ci", &[]);
    let (mut running, started, log) = start_gateway(&cli, &[]);
    let address = started["address"].as_str().unwrap();
    let stream = send_request(address, "GET /slow", &key);
    began.recv().unwrap();
    drop(stream);
    let is_logged = || std::fs::read_to_string(&log).is_ok_and(|text| text.contains("/slow"));
    for _ in 0..100 {
        if is_logged() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    running.terminate();
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(
        text.contains("\"GET /slow\" 499 "),
        "a request that reached the API must be logged: {text}"
    );
}
