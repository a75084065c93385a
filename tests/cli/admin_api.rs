//! `serve --admin-api`: its options, and keys that are not confirmed when it ends.
#![cfg(unix)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use rustix::process::Signal;

use crate::fixture::{CliFixture, ENVIRONMENT};
use crate::running::Running;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Writes a token file that only this user can read.
fn token_file(cli: &CliFixture) -> PathBuf {
    let path = cli.store_path().with_file_name("token");
    let mut options = std::fs::OpenOptions::new();
    let file = options.create(true).truncate(true).write(true).mode(0o600);
    write!(file.open(&path).unwrap(), "{TOKEN}").unwrap();
    path
}

/// Creates a key over HTTP, and reads the response to its end.
fn create(address: &str, name: &str) -> String {
    let environment = ENVIRONMENT.replace(' ', "%20").replace('/', "%2F");
    let body = format!(r#"{{"name":"{name}"}}"#);
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /v1/admin/environments/{environment}/keys HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

#[test]
fn admin_api_requires_a_token_and_a_local_address() {
    let cli = CliFixture::new();
    let path = token_file(&cli);
    let file = path.to_str().unwrap();
    let with_token = ["serve", "--admin-api", "--admin-token-file", file];
    let remote = ["--listen", "0.0.0.0:0", "--allow-remote"];
    for args in [
        &["serve", "--admin-api"][..],
        &[&with_token[..], &remote].concat(),
        &[&with_token[..], &remote[..2]].concat(),
    ] {
        let output = cli.run(args);
        assert_eq!(output.exit_code, Some(2), "{args:?}: {}", output.stderr);
    }
    std::fs::write(&path, "too short").unwrap();
    let output = cli.run(&[&with_token[..], &["--listen", "127.0.0.1:0", "--json"]].concat());
    assert!(
        output.stderr.contains("weak_admin_token"),
        "{}",
        output.stderr
    );
}

#[test]
fn unconfirmed_keys_are_revoked_when_the_service_ends() {
    let cli = CliFixture::new();
    let file = token_file(&cli);
    for (name, signal) in [("terminated", Signal::TERM), ("killed", Signal::KILL)] {
        let args = ["serve", "--listen", "127.0.0.1:0", "--admin-api"];
        let token = ["--admin-token-file", file.to_str().unwrap()];
        let mut server = Running::start(&cli, &[&args[..], &token].concat());
        let address = server.service_address();
        let response = create(&address, name);
        assert!(response.starts_with("HTTP/1.1 201 "), "{response}");
        assert!(cli.list_keys().iter().all(|key| key["name"] != name));
        server.signal(signal);
        server.wait();
        let key = cli.list_keys().into_iter().find(|key| key["name"] == name);
        assert_eq!(key.unwrap()["state"], "unclaimed", "{name}");
    }
}
