//! `gateway run`: the environment's reverse proxy as a program, and what it prints.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Stdio};

use crate::world::{ENVIRONMENT, World};

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

fn ask(address: &str, method: &str, key: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} /orders?x=1 HTTP/1.1\r\nHost: {address}\r\nX-API-KEY: {key}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn the_gateway_says_where_it_is_and_what_became_of_each_request() {
    let world = World::new();
    let api = api();
    world.must(&["env", "edit", ENVIRONMENT, "--endpoint", &api]);
    let key = world.key("ci", &[]);
    let mut child = world
        .command(&[
            "gateway",
            "run",
            "--env",
            ENVIRONMENT,
            "--listen",
            "127.0.0.1:0",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    let mut running = Running { child, lines };
    let first = running.line();
    let address = first
        .strip_prefix("Only keys of Acme Shop / staging pass http://")
        .and_then(|rest| rest.strip_suffix(&format!(" to {api}")))
        .unwrap_or_else(|| panic!("{first}"))
        .to_owned();
    assert!(ask(&address, "GET", &key).contains(" 200 "));
    assert_eq!(running.line(), "GET     /orders  ci  accepted");
    assert!(ask(&address, "POST", &key).contains(" 403 "));
    assert_eq!(running.line(), "POST    /orders  ci  refused: lacks_write");
    world.must(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    assert!(
        ask(&address, "GET", &key).contains(" 401 "),
        "another process revoked it, and the very next request is refused"
    );
    assert_eq!(running.line(), "GET     /orders  ci  refused: revoked");
}

#[test]
fn an_environment_without_an_endpoint_is_told_what_to_enter() {
    let world = World::new();
    let said = world.say(&["gateway", "run", "--env", ENVIRONMENT]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.err.contains("has no endpoint") && said.err.contains("--endpoint"),
        "{}",
        said.err
    );
}
