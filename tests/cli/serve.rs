//! `serve`: the service as a program, until it is told to stop.

use std::net::TcpListener;
#[cfg(target_os = "linux")]
use std::net::TcpStream;
#[cfg(target_os = "linux")]
use std::process::Stdio;

use crate::fixture::{CliFixture, ENVIRONMENT};
use crate::running::{Running, status_line};

/// Sends a forward-auth request and returns the status line.
fn authorize(address: &str, key: &str) -> String {
    let head = "GET /v1/auth/envoy/Acme%20Shop/staging/-/products";
    status_line(address, head, key)
}

#[test]
fn a_request_is_decided_over_http_and_a_revoked_key_by_the_next_one() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let (server, address) = Running::start_service(&cli);
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt;

        crate::fixture::assert_no_core_files(server.id());
        let process = std::fs::metadata(format!("/proc/{}/stat", server.id())).unwrap();
        assert_eq!(
            process.uid(),
            0,
            "only root may read the memory of a process that holds keys"
        );
    }
    let authorize = || authorize(&address, &key);
    assert!(
        authorize().contains(" 200 "),
        "a good key passes: {}",
        authorize()
    );
    cli.run_ok(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    assert!(
        authorize().contains(" 401 "),
        "another process has committed the revocation, so this one honours it: {}",
        authorize()
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
    let (mut server, address) = Running::start_service(&cli);
    assert!(authorize(&address, &key).contains(" 200 "));
    server.signal(rustix::process::Signal::HUP);
    assert_eq!(server.wait().0, Some(0), "it ends in order");
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
        .stderr(Stdio::null());
    let mut kept = Running::spawn(&mut kept);
    let address = kept.service_address();
    kept.signal(rustix::process::Signal::HUP);
    for _ in 0..5 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        assert!(
            TcpStream::connect(&address).is_ok(),
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
    let (mut server, address) = Running::start_service(&cli);
    assert!(
        authorize(&address, &key).contains(" 200 "),
        "keys still work"
    );
    server.signal(rustix::process::Signal::TERM);
    let (_, said) = server.wait();
    assert_eq!(
        said.matches("usage was not written").count(),
        1,
        "unused keys are revoked by these counts, so a gap in them is said: {said}"
    );
}
