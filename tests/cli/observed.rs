//! What the owner of an API sees of a running gateway or service: the access log and the metrics.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

use crate::fixture::{CliFixture, ENVIRONMENT};

struct Running {
    child: Child,
    output: Receiver<String>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

impl Running {
    fn start(cli: &CliFixture, words: &[&str]) -> Self {
        let mut child = cli
            .command(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = lines(child.stdout.take().unwrap());
        Self { child, output }
    }

    #[cfg(unix)]
    fn terminate(&mut self) {
        let pid = rustix::process::Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

fn ask(address: &str, head: &str, key: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{head} HTTP/1.1\r\nHost: {address}\r\nX-API-KEY: {key}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

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
    let started: Value = serde_json::from_str(&running.output.recv().unwrap()).unwrap();
    let address = started["address"].as_str().unwrap();
    let metrics = started["metrics"]
        .as_str()
        .and_then(|url| url.strip_prefix("http://")?.strip_suffix("/metrics"))
        .unwrap_or_else(|| panic!("{started}"));
    assert!(ask(address, "GET /products?token=x", &key).contains(" 200 "));
    assert!(ask(address, "POST /products", &key).contains(" 403 "));
    assert!(ask(address, "GET /products", "").contains(" 401 "));

    let text = ask(metrics, "GET /metrics", "");
    for line in [
        "keystile_gateway_requests_total{decision=\"accepted\"} 1",
        "keystile_gateway_requests_total{decision=\"insufficient_scope\"} 1",
        "keystile_gateway_request_duration_seconds_count 3",
        "keystile_verifications_total{result=\"accepted\"} 1",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}: {text}");
    }
    assert!(
        ask(metrics, "GET /other", "").contains(" 404 "),
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
    let first = running.output.recv().unwrap();
    let address = first.strip_prefix("Keystile answers on http://").unwrap();
    let request = format!(
        "GET /v1/auth/nginx/Acme%20Shop/staging HTTP/1.1\r\nX-Original-Method: GET\r\nHost: {address}\r\nX-API-KEY: {key}\r\nConnection: close\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    let line = running.output.recv().unwrap();
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
    let started: Value = serde_json::from_str(&running.output.recv().unwrap()).unwrap();
    let address = started["address"].as_str().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET /slow HTTP/1.1\r\nHost: {address}\r\nX-API-KEY: {key}\r\n\r\n"
    )
    .unwrap();
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
