//! A gateway whose process was stopped while something was changed: the first thing it does when it goes on is decided by what
//! is stored then.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::fixture::{CliFixture, ENVIRONMENT};

/// Longer than the gateway's regular looks are apart.
const SUSPENSION: Duration = Duration::from_secs(1);

struct Running {
    child: Child,
    address: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Running {
    fn start(cli: &CliFixture) -> Self {
        let mut child = cli
            .command(&[
                "gateway",
                "run",
                "--env",
                ENVIRONMENT,
                "--port",
                "0",
                "--json",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        // Its decisions are read, so that it never waits for a reader.
        std::thread::spawn(move || lines.lines().count());
        let started: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = started["address"].as_str().unwrap().to_owned();
        Self { child, address }
    }

    fn send(&self, head: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "{head}\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }
}

fn read(mut stream: TcpStream) -> String {
    let mut text = String::new();
    // A stream that is cut off may end with an error.
    let _ended = stream.read_to_string(&mut text);
    text
}

#[test]
fn rule_that_was_removed_during_a_suspension_opens_nothing_afterwards() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let rules = ["gateway", "rules", "--env", ENVIRONMENT];
    cli.run_ok(&[&rules[..], &["--add", "GET /products open"]].concat());
    let running = Running::start(&cli);
    let open = read(running.send("GET /products HTTP/1.1"));
    assert!(open.contains(" 200 "), "the rule opens it: {open}");
    running.signal(Signal::STOP);
    cli.run_ok(&[&rules[..], &["--clear"]].concat());
    let waiting = running.send("GET /products HTTP/1.1");
    std::thread::sleep(SUSPENSION);
    running.signal(Signal::CONT);
    let closed = read(waiting);
    assert!(
        closed.contains(" 401 "),
        "the first request after the suspension is decided by the rules of now: {closed}"
    );
}

#[test]
fn stream_of_a_key_that_was_revoked_during_a_suspension_goes_on_with_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let (go_on, told) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.push(byte[0]);
        }
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst";
        stream.write_all(head).unwrap();
        told.recv().unwrap();
        // The gateway may have hung up.
        let _sent = stream.write_all(b"second");
        let _held = told.recv();
    });
    let cli = CliFixture::new();
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &api]);
    let key = cli.create_key("ci", &[]);
    let running = Running::start(&cli);
    let mut stream = running.send(&format!("GET /events HTTP/1.1\r\nX-API-KEY: {key}"));
    let mut head = Vec::new();
    while !head.ends_with(b"first") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    running.signal(Signal::STOP);
    cli.run_ok(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    go_on.send(()).unwrap();
    std::thread::sleep(SUSPENSION);
    running.signal(Signal::CONT);
    let rest = read(stream);
    assert_eq!(
        rest, "",
        "nothing that was sent after the revocation is delivered"
    );
}
