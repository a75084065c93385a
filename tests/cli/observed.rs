//! What the owner of an API sees of a running gateway or service: the access log and the metrics.

#[cfg(unix)]
use std::io::Read;
#[cfg(unix)]
use std::sync::mpsc::channel;

#[cfg(unix)]
use serde_json::Value;

use crate::fixture::{CliFixture, ENVIRONMENT};
#[cfg(unix)]
use crate::running::{Running, request, send_request};

#[cfg(unix)]
#[test]
fn gateway_writes_an_access_log_and_serves_metrics() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let key = cli.create_key("ci", &[]);
    let log = cli.store_path().with_file_name("access.log");
    let log_name = log.to_str().unwrap();
    let mut running = Running::start(
        &cli,
        &[
            "gateway",
            "run",
            "--env",
            ENVIRONMENT,
            "--port",
            "0",
            "--json",
            "--metrics",
            "127.0.0.1:0",
            "--access-log",
            log_name,
            "--access-log-format",
            "json",
        ],
    );
    let started: Value = running.json_line();
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
        "keystile_gateway_requests_total{decision=\"accepted\"} 1",
        "keystile_gateway_requests_total{decision=\"insufficient_scope\"} 1",
        "keystile_gateway_request_duration_seconds_count 3",
        "keystile_verifications_total{result=\"accepted\"} 1",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}: {text}");
    }
    assert!(
        request(metrics, "GET /other", "").contains(" 404 "),
        "the address serves metrics and nothing else"
    );
    running.terminate();

    let text = std::fs::read_to_string(&log).unwrap();
    assert!(!text.contains(&key), "a log must not hold a key: {text}");
    let entries: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let seen: Vec<_> = entries
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
        seen,
        [
            "GET /products 200 accepted",
            "POST /products 403 insufficient_scope",
            "GET /products 401 invalid_key",
        ],
        "each request has its line, without its query"
    );
    assert!(
        entries[0]["key_id"].as_str().is_some() && entries[0]["client"] == "127.0.0.1",
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn service_logs_to_standard_output_after_its_first_line() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start(
        &cli,
        &["serve", "--listen", "127.0.0.1:0", "--access-log", "-"],
    );
    let first = running.line();
    let address = first.strip_prefix("Keystile answers on http://").unwrap();
    let head = "GET /v1/auth/nginx/Acme%20Shop/staging\r\nX-Original-Method: GET";
    let response = request(address, head, &key);
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    let line = running.line();
    assert!(
        line.contains("\"GET /v1/auth/nginx/Acme%20Shop/staging\" 200 ")
            && line.ends_with(" accepted"),
        "{line}"
    );
    assert!(!line.contains(&key), "{line}");
    running.terminate();
}

#[test]
fn access_log_that_cannot_be_written_is_a_failure_at_the_start() {
    let cli = CliFixture::new();
    let missing = cli
        .store_path()
        .with_file_name("missing")
        .join("access.log");
    let said = cli.run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--access-log",
        missing.to_str().unwrap(),
    ]);
    assert_eq!(said.exit_code, Some(1));
    assert!(said.stderr.contains("access log"), "{}", said.stderr);
}

#[cfg(unix)]
#[test]
fn request_whose_client_leaves_early_has_a_line_in_the_access_log() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let (arrived, began) = channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0_u8; 4096];
        let _request = stream.read(&mut head).unwrap();
        arrived.send(()).unwrap();
        // It never answers.
        let _ended = stream.read(&mut head);
    });
    let cli = CliFixture::new();
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &api]);
    let key = cli.create_key("ci", &[]);
    let log = cli.store_path().with_file_name("access.log");
    let mut running = Running::start(
        &cli,
        &[
            "gateway",
            "run",
            "--env",
            ENVIRONMENT,
            "--port",
            "0",
            "--json",
            "--access-log",
            log.to_str().unwrap(),
        ],
    );
    let started: Value = running.json_line();
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
        "a request that reached the API must not be missing: {text}"
    );
}
