//! `gateway run`: the environment's reverse proxy as a program, what it prints, and how it ends.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::fixture::{CliFixture, ENVIRONMENT};
use crate::running::{Running, status_line};

/// Reads the first line of a gateway: its address, and where it passes requests to.
fn started(running: &mut Running) -> (String, String) {
    let line = running.line();
    let (address, upstream) = line
        .strip_prefix("Only keys of Acme Shop / staging pass http://")
        .and_then(|rest| rest.split_once(" to "))
        .unwrap_or_else(|| panic!("{line}"));
    (address.to_owned(), upstream.to_owned())
}

/// Reads a decision without its time.
fn decision(running: &mut Running) -> String {
    let line = running.line();
    let (time, decision) = line.split_once("  ").unwrap();
    assert!(
        time.starts_with("20") && time.ends_with('Z') && time.len() == 20,
        "a log needs times: {line}"
    );
    decision.to_owned()
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

#[test]
fn the_gateway_says_where_it_is_and_what_became_of_each_request() {
    let cli = CliFixture::new();
    let api = api();
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &api]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    let (address, behind) = started(&mut running);
    assert_eq!(behind, api);
    assert!(status_line(&address, "GET /orders?x=1", &key).contains(" 200 "));
    assert_eq!(decision(&mut running), "GET     /orders  ci  accepted");
    assert!(status_line(&address, "POST /orders", &key).contains(" 403 "));
    assert_eq!(
        decision(&mut running),
        "POST    /orders  ci  refused: insufficient_scope"
    );
    cli.run_ok(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    assert!(
        status_line(&address, "GET /orders", &key).contains(" 401 "),
        "another process revoked it, and the very next request is refused"
    );
    assert_eq!(
        decision(&mut running),
        "GET     /orders  ci  refused: revoked"
    );
    assert!(status_line(&address, "GET /orders?_method=DELETE", &key).contains(" 401 "));
    assert_eq!(
        decision(&mut running),
        "GET as DELETE /orders  ci  refused: revoked",
        "the override says why it needed more than a GET"
    );
}

#[test]
fn it_keeps_its_port_and_takes_over_what_is_edited_elsewhere() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let key = cli.create_key("ci", &[]);
    let mut running = Running::start_gateway(&cli, &["--port", "0", "--json"]);
    let first: Value = running.json_line();
    assert_eq!(
        first["endpoint"],
        Value::Null,
        "the sample API is nobody's endpoint"
    );
    let address = first["address"].as_str().unwrap().to_owned();
    assert!(status_line(&address, "GET /products", &key).contains(" 200 "));
    assert!(status_line(&address, "PUT /products", &key).contains(" 403 "));
    let rules = ["gateway", "rules", "--env", ENVIRONMENT];
    cli.run_ok(&[&rules[..], &["--add", "PUT /products read"]].concat());
    assert!(
        status_line(&address, "PUT /products", &key).contains(" 404 "),
        "a rule that another process added applies to the next request"
    );
    drop(running);
    let mut again = Running::start_gateway(&cli, &[]);
    assert_eq!(
        started(&mut again),
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
    let mut running = Running::start_gateway(&cli, &words);
    assert_eq!(started(&mut running).1, other);
    drop(running);
    let shown = cli
        .run_ok(&["gateway", "show", "--env", ENVIRONMENT, "--json"])
        .json();
    assert_eq!(
        (&shown["endpoint"], &shown["preserve_host"]),
        (&stored.as_str().into(), &false.into()),
        "a run is no edit"
    );
    assert_eq!(started(&mut Running::start_gateway(&cli, &[])).1, stored);
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
    let mut running = Running::start_gateway(&cli, &["--port", free]);
    assert_eq!(started(&mut running).0, format!("127.0.0.1:{free}"));
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
        let mut running = Running::start_gateway(&cli, &["--port", "0", "--json"]);
        running.line();
        cli.run_ok(words);
        let (exit, said) = running.wait();
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
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    let (address, _) = started(&mut running);
    let asking = {
        let address = address.clone();
        std::thread::spawn(move || status_line(&address, "GET /slow", &key))
    };
    let (mut begun, _) = slow.accept().unwrap();
    running.signal(rustix::process::Signal::INT);
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
        running.wait(),
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
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    let (address, _) = started(&mut running);
    let said = cli.run(&["gateway", "run", "--env", ENVIRONMENT]);
    assert_eq!(
        (said.exit_code, said.stderr),
        (
            Some(1),
            format!(
                "This gateway is already running on http://{address} (pid {}).\n",
                running.id()
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
    let mut running = Running::start_gateway(&cli, &["--port", "0", "--json"]);
    let first: Value = running.json_line();
    let address = first["address"].as_str().unwrap().to_owned();
    // Longer lines than a pipe keeps, which is 64 KiB: from then on every write waits.
    let target = format!("GET /products?{}", "x".repeat(10));
    let path = format!("GET /{}", "a".repeat(4_000));
    for _ in 0..40 {
        status_line(&address, &path, &key);
    }
    assert!(
        status_line(&address, &target, &key).contains(" 200 "),
        "requests do not wait for a reader"
    );
    running.signal(rustix::process::Signal::TERM);
    assert_eq!(running.wait().0, Some(0), "to be stopped is no failure");
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
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    started(&mut running);
    crate::fixture::assert_no_core_files(running.id());
}
