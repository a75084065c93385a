//! A gateway that was suspended during a change: after it resumes, the change applies to the first request and to open
//! streams.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use rustix::process::Signal;

use crate::fixture::{CliFixture, ENVIRONMENT};
use crate::running::{Running, read_response, request, send_request};

/// Longer than the gateway's polling interval.
const SUSPENSION: Duration = Duration::from_secs(1);

/// Starts the gateway and returns its address.
fn start(cli: &CliFixture) -> (Running, String) {
    let mut running = Running::start_gateway(cli, &["--port", "0", "--json"]);
    let address = running.json_line()["address"].as_str().unwrap().to_owned();
    (running, address)
}

#[test]
fn rule_removed_during_suspension_does_not_apply_afterwards() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let rules = ["gateway", "rules", "--env", ENVIRONMENT];
    cli.run_ok(&[&rules[..], &["--add", "GET /products open"]].concat());
    let (running, address) = start(&cli);
    let open = request(&address, "GET /products", "");
    assert!(open.contains(" 200 "), "the rule allows it: {open}");
    running.signal(Signal::STOP);
    cli.run_ok(&[&rules[..], &["--clear"]].concat());
    let waiting = send_request(&address, "GET /products", "");
    std::thread::sleep(SUSPENSION);
    running.signal(Signal::CONT);
    let closed = read_response(waiting);
    assert!(
        closed.contains(" 401 "),
        "the first request must be decided by the current rules: {closed}"
    );
}

#[test]
fn stream_of_key_revoked_during_suspension_receives_no_more_data() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let (resume, resumed) = std::sync::mpsc::channel::<()>();
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
        resumed.recv().unwrap();
        // The gateway may have closed the connection.
        let _sent = stream.write_all(b"second");
        let _held = resumed.recv();
    });
    let cli = CliFixture::new();
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &api]);
    let key = cli.create_key("ci", &[]);
    let (running, address) = start(&cli);
    let mut stream = send_request(&address, "GET /events", &key);
    let mut head = Vec::new();
    while !head.ends_with(b"first") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    running.signal(Signal::STOP);
    cli.run_ok(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    resume.send(()).unwrap();
    std::thread::sleep(SUSPENSION);
    running.signal(Signal::CONT);
    let rest = read_response(stream);
    assert_eq!(
        rest, "",
        "data sent after the revocation must not be delivered"
    );
}
