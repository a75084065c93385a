//! `requests`, and the request log that `serve` and `gateway run` share.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::fixture::{CliFixture, ENVIRONMENT};
use crate::running::{Running, request};

const LIST: [&str; 3] = ["requests", "--env", ENVIRONMENT];

/// Starts the gateway with the sample API and the request log, and returns its address.
fn start_logged_gateway(cli: &CliFixture) -> (Running, String) {
    start_gateway(cli, &[])
}

/// Starts the service with the request log and returns its address.
fn start_logged_service(cli: &CliFixture) -> (Running, String) {
    let mut running = Running::start(cli, &["serve", "--listen", "127.0.0.1:0"]);
    let address = running.service_address();
    (running, address)
}

fn start_gateway(cli: &CliFixture, options: &[&str]) -> (Running, String) {
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let mut running = Running::start_gateway(cli, &[&["--port", "0", "--json"], options].concat());
    let started = running.json_line();
    (running, started["address"].as_str().unwrap().to_owned())
}

/// Runs `requests` with these options, and parses its JSON Lines.
fn list(cli: &CliFixture, options: &[&str]) -> Vec<Value> {
    let output = cli.run_ok(&[&LIST, options, &["--json"]].concat());
    let lines = output.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Returns source, method, path, status and code of requests.
fn summaries(requests: &[Value]) -> Vec<String> {
    requests
        .iter()
        .map(|request| {
            let field = |name: &str| request[name].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {} {} {}",
                field("source"),
                field("method"),
                field("path"),
                request["status"],
                field("code")
            )
        })
        .collect()
}

/// Returns whether a file of the store contains a text.
fn is_in_store(cli: &CliFixture, text: &str) -> bool {
    let files = std::fs::read_dir(cli.store_path()).unwrap();
    files
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .any(|path| {
            let bytes = std::fs::read(path).unwrap();
            bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        })
}

#[test]
fn gateway_and_service_share_a_log_that_survives_them_and_contains_no_key() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let (mut gateway, address) = start_logged_gateway(&cli);
    let (mut service, service_address) = start_logged_service(&cli);
    request(&address, "GET /products?token=secret", &key);
    request(&address, "POST /products", &key);
    request(&address, &format!("GET /{key}/x"), &key);
    request(&address, &format!("{key} /products"), &key);
    gateway.terminate();
    let auth = "GET /v1/auth/nginx/Acme%20Shop/staging\r\nX-Original-Method: GET\r\nX-Forwarded-Uri: /orders?page=2\r\n\
         X-Real-IP: 192.0.2.7";
    request(&service_address, auth, &key);
    request(&service_address, auth, "");
    request(
        &service_address,
        &auth.replace("/orders", &format!("/{key}")),
        &key,
    );
    service.terminate();

    let requests = list(&cli, &[]);
    // Requests of the same millisecond are in any order.
    let mut listed = summaries(&requests);
    listed.sort();
    assert_eq!(
        listed,
        [
            "gateway (a key) /products 403 insufficient_scope",
            "gateway GET /(a key)/x 400 key_in_url",
            "gateway GET /products 200 allowed",
            "gateway POST /products 403 insufficient_scope",
            "service GET /(a key) 401 key_in_url",
            "service GET /orders 401 missing_key",
            "service GET /orders null allowed",
        ],
        "the last requests before a shutdown are written"
    );
    let allowed = |source: &str| {
        let is_allowed =
            |request: &&Value| request["source"] == source && request["allowed"] == true;
        requests.iter().find(is_allowed).unwrap()
    };
    let first = allowed("gateway");
    assert!(
        first["name"] == "ci"
            && first["client"] == "127.0.0.1"
            && first["access"] == "read"
            && first["allowed"] == true
            && first["duration_ms"].as_f64().unwrap() > 0.0,
        "{first}"
    );
    assert_eq!(
        allowed("service")["client"],
        "192.0.2.7",
        "the proxy's client"
    );
    let (_, secret) = key.rsplit_once('_').unwrap();
    assert!(
        !is_in_store(&cli, &secret[..8]) && !is_in_store(&cli, "token=secret"),
        "no part of a secret may be stored"
    );

    let shown = |options: &[&str]| summaries(&list(&cli, options)).len();
    assert_eq!(shown(&["--allowed"]), 2);
    assert_eq!(shown(&["--denied"]), 5);
    assert_eq!(shown(&["--limit", "2"]), 2);
    cli.run_ok(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    assert_eq!(
        shown(&["--key", "ci"]),
        4,
        "a revoked key is what one looks for"
    );
    let table = cli.run_ok(&LIST).stdout;
    let lines: Vec<_> = table.lines().collect();
    assert!(lines[0].starts_with("TIME"), "{table}");
    assert!(
        lines[1].contains("allowed") && lines[1].contains("/products") && lines.len() == 8,
        "{table}"
    );
}

#[test]
fn verify_and_introspect_are_logged() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let (mut service, address) = start_logged_service(&cli);
    let post = |path: &str, media_type: &str, body: &str| {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    };
    let body =
        format!("{{\"key\":\"{key}\",\"environment\":\"{ENVIRONMENT}\",\"permission\":\"write\"}}");
    assert!(post("/v1/verify", "application/json", &body).contains("insufficient_scope"));
    let path = "/v1/introspect/Acme%20Shop/staging";
    let form = "application/x-www-form-urlencoded";
    assert!(post(path, form, &format!("token={key}")).contains("\"active\":true"));
    assert!(post(path, form, "no_token=1").contains(" 400 "));
    service.terminate();
    assert_eq!(
        summaries(&list(&cli, &[])),
        [
            "service POST /v1/verify 200 insufficient_scope",
            "service POST /v1/introspect/Acme%20Shop/staging 200 allowed",
        ],
        "a request that checked no key belongs to no environment"
    );
}

#[test]
fn new_requests_are_followed() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let (mut gateway, address) = start_logged_gateway(&cli);
    request(&address, "GET /before", &key);
    while list(&cli, &[]).is_empty() {
        std::thread::sleep(Duration::from_millis(100));
    }
    let options = ["--follow", "--json", "--limit", "0"];
    let mut following = Running::start(&cli, &[&LIST[..], &options].concat());
    let is_received = AtomicBool::new(false);
    let line = std::thread::scope(|scope| {
        // Repeated, because it begins with the requests after its start.
        scope.spawn(|| {
            while !is_received.load(Ordering::Relaxed) {
                request(&address, "GET /after", &key);
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        let line = following.json_line();
        is_received.store(true, Ordering::Relaxed);
        line
    });
    assert_eq!(line["path"], "/after", "only new requests: {line}");
    following.terminate();
    gateway.terminate();
}

#[test]
fn logged_request_names_its_rule_and_removed_headers() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    cli.run_ok(&[
        "gateway",
        "rules",
        "--env",
        ENVIRONMENT,
        "--add",
        "POST /search read",
    ]);
    let (mut gateway, address) = start_logged_gateway(&cli);
    let spoofed = "POST /search\r\nX-Real-IP: 192.0.2.9\r\nForwarded: for=192.0.2.9";
    request(&address, spoofed, &key);
    request(&address, "DELETE /products\r\nX-Real-IP: 192.0.2.9", &key);
    gateway.terminate();
    let requests = list(&cli, &["--search", "search"]);
    assert_eq!(requests.len(), 1, "only one path contains the word");
    assert_eq!(requests[0]["access_reason"], "rule POST /search read");
    assert_eq!(requests[0]["removed_headers"], "forwarded, x-real-ip");
    let denied = list(&cli, &["--search", "insufficient"]);
    assert_eq!(denied[0]["access_reason"], "default for its method");
    assert!(
        denied[0]["removed_headers"].is_null(),
        "a denied request is not forwarded"
    );
}

#[test]
fn request_log_can_be_turned_off() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let (mut gateway, address) = start_gateway(&cli, &["--no-request-log"]);
    request(&address, "GET /products", &key);
    gateway.terminate();
    assert!(!cli.store_path().join("requests.db").exists());
    let output = cli.run_ok(&LIST);
    assert_eq!(
        (output.stdout.as_str(), output.stderr.trim_end()),
        ("", "No requests yet.")
    );
}

#[test]
fn damaged_log_is_reported_once_and_requests_are_served() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let path = cli.store_path().join("requests.db");
    std::fs::write(&path, "no database at all").unwrap();
    let (mut gateway, address) = start_logged_gateway(&cli);
    for _ in 0..3 {
        assert!(request(&address, "GET /products", &key).contains(" 200 "));
        std::thread::sleep(Duration::from_millis(1_200));
    }
    gateway.signal(rustix::process::Signal::TERM);
    let (exit_code, log) = gateway.wait();
    assert_eq!(exit_code, Some(0));
    assert_eq!(log.matches("requests are not logged").count(), 1, "{log}");
    let output = cli.run(&LIST);
    assert_eq!(output.exit_code, Some(1));
    assert!(
        output.stderr.contains("The request log is not available")
            && output.stderr.contains("requests.db"),
        "{}",
        output.stderr
    );
    let doctor = cli.run(&["doctor", "--listen", "127.0.0.1:1"]);
    assert!(
        doctor.stdout.contains("bad   requests"),
        "{}",
        doctor.stdout
    );
}
