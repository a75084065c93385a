//! `serve`: the service as a program, until it is told to stop.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};

use crate::fixture::{CliFixture, ENVIRONMENT};

/// Ended with the test, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// Asks as a proxy does, and returns the status line.
fn ask(address: &str, key: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET /v1/auth/envoy/Acme%20Shop/staging/-/products HTTP/1.1\r\nHost: {address}\r\nX-API-KEY: {key}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_request_is_decided_over_http_and_a_revoked_key_by_the_next_one() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let mut server = Server(
        cli.command(&["serve", "--listen", "127.0.0.1:0"])
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
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt;

        crate::fixture::assert_no_core_files(server.0.id());
        let process = std::fs::metadata(format!("/proc/{}/stat", server.0.id())).unwrap();
        assert_eq!(
            process.uid(),
            0,
            "only root may read the memory of a process that holds keys"
        );
    }
    let ask = || ask(&address, &key);
    assert!(ask().contains(" 200 "), "a good key passes: {}", ask());
    cli.run_ok(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    assert!(
        ask().contains(" 401 "),
        "another process has committed the revocation, so this one honours it: {}",
        ask()
    );
}

#[test]
fn the_service_is_not_opened_to_other_machines_by_accident() {
    let cli = CliFixture::new();
    let said = cli.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(said.exit_code, Some(1), "{}", said.stderr);
    let said = cli.run(&["serve", "--listen", "0.0.0.0:0", "--allow-remote"]);
    assert_eq!(
        said.exit_code,
        Some(1),
        "not without an admin token: {}",
        said.stderr
    );
}

#[test]
fn port_that_is_taken_is_named_with_the_program_that_uses_it() {
    let cli = CliFixture::new();
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let said = cli.run(&["serve", "--listen", &address]);
    let pid = format!("(pid {})", std::process::id());
    assert!(
        said.exit_code == Some(1)
            && said.stderr.contains("is used by ")
            && (said.stderr.contains(&pid) || !cfg!(target_os = "linux")),
        "{}",
        said.stderr
    );
    let elsewhere = cli.run(&["serve", "--listen", "192.0.2.1:7878", "--allow-remote"]);
    assert!(
        elsewhere.exit_code == Some(1) && !elsewhere.stderr.contains("is used by"),
        "{}",
        elsewhere.stderr
    );
}

#[cfg(unix)]
#[test]
fn admin_token_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let cli = CliFixture::new();
    let file = cli.store_path().join("token");
    std::fs::write(&file, "0123456789abcdef0123456789abcdef").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let path = file.to_str().unwrap();
    let said = cli.run(&[
        "serve",
        "--listen",
        "0",
        "--admin-token-file",
        path,
        "--json",
    ]);
    assert!(
        said.exit_code == Some(1) && said.stderr.contains("admin_token_file_open"),
        "a store that others may read is refused too: {}",
        said.stderr
    );
}

#[cfg(target_os = "linux")]
#[test]
fn closing_the_terminal_writes_the_counts_and_nohup_is_respected() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let mut server = Server(
        cli.command(&["serve", "--listen", "127.0.0.1:0"])
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
    assert!(ask(&address, &key).contains(" 200 "));
    let pid = rustix::process::Pid::from_raw(server.0.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
    assert_eq!(server.0.wait().unwrap().code(), Some(0), "it ends in order");
    assert_eq!(
        cli.list_keys()[0]["accepted"],
        1,
        "what was counted is written"
    );

    let store = cli.store_path();
    let mut kept = std::process::Command::new("nohup");
    kept.arg(env!("CARGO_BIN_EXE_keystile"))
        .args(["serve", "--listen", "127.0.0.1:0", "--db"])
        .arg(&store)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut kept = Server(kept.spawn().unwrap());
    let mut line = String::new();
    let mut lines = BufReader::new(kept.0.stdout.take().unwrap());
    lines.read_line(&mut line).unwrap();
    let pid = rustix::process::Pid::from_raw(kept.0.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
    let address = line.trim().rsplit('/').next().unwrap();
    for _ in 0..5 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        assert!(
            TcpStream::connect(address).is_ok(),
            "it was started to go on without its terminal"
        );
    }
}

#[cfg(unix)]
#[test]
fn counts_that_cannot_be_written_are_warned_about() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    std::fs::write(cli.store_path().join("usage.db"), "no database at all").unwrap();
    let mut server = Server(
        cli.command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut line = String::new();
    BufReader::new(server.0.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line.trim().rsplit('/').next().unwrap().to_owned();
    assert!(ask(&address, &key).contains(" 200 "), "keys still work");
    let pid = rustix::process::Pid::from_raw(server.0.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let mut said = String::new();
    let mut err = server.0.stderr.take().unwrap();
    err.read_to_string(&mut said).unwrap();
    assert_eq!(
        said.matches("usage was not written").count(),
        1,
        "unused keys are revoked by these counts, so a gap in them is said: {said}"
    );
}
