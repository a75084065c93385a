//! `serve`: the service as a program, until it is told to stop.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::world::{ENVIRONMENT, World};

/// Ended with the test, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _ended = self.0.wait();
    }
}

#[test]
fn a_request_is_decided_over_http_and_a_revoked_key_by_the_next_one() {
    let world = World::new();
    let key = world.key("ci", &[]);
    let mut server = Server(
        world
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut line = String::new();
    BufReader::new(server.0.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line.trim().rsplit('/').next().unwrap().to_owned();
    let ask = || {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(
            stream,
            "GET /v1/auth/envoy/Acme%20Shop/staging/-/products HTTP/1.1\r\nHost: {address}\r\nX-API-KEY: {key}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    };
    assert!(ask().contains(" 200 "), "a good key passes: {}", ask());
    world.must(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    assert!(
        ask().contains(" 401 "),
        "another process has committed the revocation, so this one honours it: {}",
        ask()
    );
}

#[test]
fn the_service_is_not_opened_to_other_machines_by_accident() {
    let world = World::new();
    let said = world.say(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    let said = world.say(&["serve", "--listen", "0.0.0.0:0", "--beyond-loopback"]);
    assert_eq!(
        said.code,
        Some(1),
        "not without an admin token: {}",
        said.err
    );
}
