//! `gateway run`: the environment's reverse proxy as a program, what it prints, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::fixture::{CliFixture, ENVIRONMENT};

/// Ended with the test, however it ends.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Running {
    /// Runs the gateway of Acme Shop / staging.
    fn start(cli: &CliFixture, more: &[&str]) -> Self {
        let words = [&["gateway", "run", "--env", ENVIRONMENT], more].concat();
        let mut child = cli
            .command(&words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// Reads the first line: where it is, and what it passes requests to.
    fn started(&mut self) -> (String, String) {
        let line = self.line();
        let (address, behind) = line
            .strip_prefix("Only keys of Acme Shop / staging pass http://")
            .and_then(|rest| rest.split_once(" to "))
            .unwrap_or_else(|| panic!("{line}"));
        (address.to_owned(), behind.to_owned())
    }

    /// Waits until it has ended by itself, and reads what it says about that.
    fn ended(&mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        let mut said = String::new();
        let mut err = self.child.stderr.take().unwrap();
        err.read_to_string(&mut said).unwrap();
        (code, said)
    }

    /// Reads a decision without its time.
    fn decision(&mut self) -> String {
        let line = self.line();
        let (time, decision) = line.split_once("  ").unwrap();
        assert!(
            time.starts_with("20") && time.ends_with('Z') && time.len() == 20,
            "a log needs times: {line}"
        );
        decision.to_owned()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

/// An API that says yes to everything.
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
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nyes";
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://{address}")
}

fn ask(address: &str, head: &str, key: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{head} HTTP/1.1\r\nHost: {address}\r\nX-API-KEY: {key}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn the_gateway_says_where_it_is_and_what_became_of_each_request() {
    let cli = CliFixture::new();
    let api = api();
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &api]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start(&cli, &["--port", "0"]);
    let (address, behind) = running.started();
    assert_eq!(behind, api);
    assert!(ask(&address, "GET /orders?x=1", &key).contains(" 200 "));
    assert_eq!(running.decision(), "GET     /orders  ci  accepted");
    assert!(ask(&address, "POST /orders", &key).contains(" 403 "));
    assert_eq!(
        running.decision(),
        "POST    /orders  ci  refused: insufficient_scope"
    );
    cli.run_ok(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    assert!(
        ask(&address, "GET /orders", &key).contains(" 401 "),
        "another process revoked it, and the very next request is refused"
    );
    assert_eq!(running.decision(), "GET     /orders  ci  refused: revoked");
    assert!(ask(&address, "GET /orders?_method=DELETE", &key).contains(" 401 "));
    assert_eq!(
        running.decision(),
        "GET as DELETE /orders  ci  refused: revoked",
        "the override says why it needed more than a GET"
    );
}

#[test]
fn it_keeps_its_port_and_takes_over_what_is_edited_elsewhere() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start(&cli, &["--port", "0", "--json"]);
    let first: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(
        first["endpoint"],
        Value::Null,
        "the sample API is nobody's endpoint"
    );
    let address = first["address"].as_str().unwrap().to_owned();
    assert!(ask(&address, "GET /products", &key).contains(" 200 "));
    assert!(ask(&address, "PUT /products", &key).contains(" 403 "));
    let rules = ["gateway", "rules", "--env", ENVIRONMENT];
    cli.run_ok(&[&rules[..], &["--add", "PUT /products read"]].concat());
    assert!(
        ask(&address, "PUT /products", &key).contains(" 404 "),
        "a rule that another process added applies to the next request"
    );
    drop(running);
    let mut again = Running::start(&cli, &[]);
    assert_eq!(
        again.started(),
        (address, "the sample API".to_owned()),
        "whoever calls it finds it where it was"
    );
}

#[test]
fn what_is_said_for_one_run_is_not_kept() {
    let cli = CliFixture::new();
    let (stored, other) = (api(), api());
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &stored]);
    let words = ["--port", "0", "--endpoint", &other, "--own-host"];
    let mut running = Running::start(&cli, &words);
    assert_eq!(running.started().1, other);
    drop(running);
    let shown = cli
        .run_ok(&["gateway", "show", "--env", ENVIRONMENT, "--json"])
        .json();
    assert_eq!(
        (&shown["endpoint"], &shown["preserve_host"]),
        (&stored.as_str().into(), &false.into()),
        "a run is no edit"
    );
    assert_eq!(Running::start(&cli, &[]).started().1, stored);
}

#[test]
fn a_port_that_is_taken_is_told_with_its_holder_and_another_one() {
    let cli = CliFixture::new();
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    cli.run_ok(&[
        "gateway",
        "edit",
        "--env",
        ENVIRONMENT,
        "--sample",
        "--port",
        &port,
    ]);
    let said = cli.run(&["gateway", "run", "--env", ENVIRONMENT]);
    assert_eq!(said.exit_code, Some(1), "it does not move by itself");
    let own = format!("(pid {}).", std::process::id());
    let (sentence, advice) = said.stderr.trim_end().split_once('\n').unwrap();
    assert!(
        sentence.starts_with(&format!("Port {port} is used by "))
            && (sentence.ends_with(&own) || !cfg!(target_os = "linux")),
        "{sentence}"
    );
    let words: Vec<_> = advice.split(' ').collect();
    let [
        "Use",
        free,
        "from",
        "now",
        "on:",
        "--port",
        same,
        "or",
        "end",
        "that",
        "program.",
    ] = words[..]
    else {
        panic!("{advice}");
    };
    assert_eq!(
        Some(free),
        same.strip_suffix(','),
        "the words can be pasted: {advice}"
    );
    let mut running = Running::start(&cli, &["--port", free]);
    assert_eq!(running.started().0, format!("127.0.0.1:{free}"));
}

#[test]
fn a_gateway_that_ends_by_itself_says_why() {
    for (words, code, sentence) in [
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
        let mut running = Running::start(&cli, &["--port", "0", "--json"]);
        running.line();
        cli.run_ok(words);
        let (exit, said) = running.ended();
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(
            (exit, &said["code"], &said["message"]),
            (Some(1), &code.into(), &sentence.into()),
            "nobody asked it to end, so a script must notice"
        );
    }
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_lets_what_it_began_finish() {
    let cli = CliFixture::new();
    let slow = TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("http://{}", slow.local_addr().unwrap());
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &api]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start(&cli, &["--port", "0"]);
    let (address, _) = running.started();
    let asking = {
        let address = address.clone();
        std::thread::spawn(move || ask(&address, "GET /slow", &key))
    };
    let (mut begun, _) = slow.accept().unwrap();
    let pid = rustix::process::Pid::from_raw(running.child.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let is_closed = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        TcpStream::connect(&address).is_err()
    });
    assert!(is_closed, "it takes no more");
    begun
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")
        .unwrap();
    assert!(
        asking.join().unwrap().contains(" 200 "),
        "whoever asked before is answered"
    );
    assert_eq!(
        running.ended(),
        (Some(0), String::new()),
        "to be stopped is no failure"
    );
    let used = &cli.list_keys()[0];
    assert_eq!(
        (&used["accepted"], &used["refused"]),
        (&1.into(), &0.into()),
        "what was counted last is written too"
    );
    let environments = cli.run_ok(&["env", "list", "Acme Shop", "--json"]).json();
    assert!(
        used["last_used_at"].is_string()
            && used["last_used_at"] == environments[0]["last_request_at"],
        "the last request of its only key: {environments}"
    );
    let shown = cli
        .run_ok(&["key", "show", "ci", "--env", ENVIRONMENT])
        .stdout;
    assert!(
        shown.contains("\n  accepted     1\n") && !shown.contains("never"),
        "{shown}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn second_run_of_the_same_gateway_says_that_it_runs() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let mut running = Running::start(&cli, &["--port", "0"]);
    let (address, _) = running.started();
    let said = cli.run(&["gateway", "run", "--env", ENVIRONMENT]);
    assert_eq!(
        (said.exit_code, said.stderr),
        (
            Some(1),
            format!(
                "This gateway is already running on http://{address} (pid {}).\n",
                running.child.id()
            )
        ),
        "to move it to another port would be the wrong advice"
    );
}

#[cfg(unix)]
#[test]
fn gateway_whose_output_nobody_reads_goes_on_and_ends_on_sigterm() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start(&cli, &["--port", "0", "--json"]);
    let first: Value = serde_json::from_str(&running.line()).unwrap();
    let address = first["address"].as_str().unwrap().to_owned();
    // Longer lines than a pipe keeps, which is 64 KiB: from then on every write waits.
    let target = format!("GET /products?{}", "x".repeat(10));
    let path = format!("GET /{}", "a".repeat(4_000));
    for _ in 0..40 {
        ask(&address, &path, &key);
    }
    assert!(
        ask(&address, &target, &key).contains(" 200 "),
        "requests do not wait for a reader"
    );
    let pid = rustix::process::Pid::from_raw(running.child.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let code = running.child.wait().unwrap().code();
    assert_eq!(code, Some(0), "to be stopped is no failure");
    assert_eq!(
        cli.list_keys()[0]["accepted"],
        41,
        "what was counted last is written too"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn running_gateway_writes_no_core_file() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let mut running = Running::start(&cli, &["--port", "0"]);
    running.started();
    crate::fixture::assert_no_core_files(running.child.id());
}
