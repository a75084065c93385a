//! `serve`: decisions, errors at the start, and shutdown.

#[cfg(unix)]
use std::io::Write;
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
fn revoked_key_is_denied_on_next_request() {
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
            "only root may read the memory of the service"
        );
    }
    let authorize = || authorize(&address, &key);
    assert!(
        authorize().contains(" 200 "),
        "a valid key is allowed: {}",
        authorize()
    );
    cli.run_ok(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--yes"]);
    assert!(
        authorize().contains(" 401 "),
        "a revocation by another process applies to the next request: {}",
        authorize()
    );
}

#[test]
fn remote_address_requires_flag_and_admin_token() {
    let cli = CliFixture::new();
    let output = cli.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(output.exit_code, Some(2), "{}", output.stderr);
    let output = cli.run(&["serve", "--listen", "0.0.0.0:0", "--allow-remote"]);
    assert_eq!(
        output.exit_code,
        Some(2),
        "an admin token is required: {}",
        output.stderr
    );
}

#[test]
fn port_in_use_is_an_error_with_its_owner() {
    let cli = CliFixture::new();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let output = cli.run(&["serve", "--listen", &address]);
    let pid = format!("(pid {})", std::process::id());
    assert!(
        output.exit_code == Some(1)
            && output.stderr.contains("is in use by ")
            && (output.stderr.contains(&pid) || !cfg!(target_os = "linux")),
        "{}",
        output.stderr
    );
    let elsewhere = cli.run(&["serve", "--listen", "192.0.2.1:7878", "--allow-remote"]);
    assert!(
        elsewhere.exit_code == Some(2) && !elsewhere.stderr.contains("is in use by"),
        "{}",
        elsewhere.stderr
    );
}

#[cfg(unix)]
#[test]
fn admin_token_file_readable_by_others_is_rejected() {
    use std::os::unix::fs::PermissionsExt;

    let cli = CliFixture::new();
    let file = cli.store_path().join("token");
    std::fs::write(&file, "0123456789abcdef0123456789abcdef").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let path = file.to_str().unwrap();
    let output = cli.run(&[
        "serve",
        "--listen",
        "0",
        "--admin-token-file",
        path,
        "--json",
    ]);
    assert!(
        output.exit_code == Some(1) && output.stderr.contains("insecure_admin_token_file"),
        "the same rule applies to the store: {}",
        output.stderr
    );
}

#[cfg(target_os = "linux")]
#[test]
fn sighup_writes_counts_and_is_ignored_under_nohup() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let (mut server, address) = Running::start_service(&cli);
    assert!(authorize(&address, &key).contains(" 200 "));
    server.signal(rustix::process::Signal::HUP);
    assert_eq!(server.wait().0, Some(0), "SIGHUP is a shutdown signal");
    assert_eq!(
        cli.list_keys()[0]["allowed"],
        1,
        "the counts must be written"
    );

    let store = cli.store_path();
    let mut detached = std::process::Command::new("nohup");
    detached
        .arg(env!("CARGO_BIN_EXE_keystile"))
        .args(["serve", "--listen", "127.0.0.1:0", "--db"])
        .arg(&store)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let mut detached = Running::spawn(&mut detached);
    let address = detached.service_address();
    detached.signal(rustix::process::Signal::HUP);
    for _ in 0..5 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        assert!(
            TcpStream::connect(&address).is_ok(),
            "SIGHUP must be ignored under nohup"
        );
    }
}

#[cfg(unix)]
#[test]
fn failed_write_of_counts_is_logged() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    std::fs::write(cli.store_path().join("usage.db"), "no database at all").unwrap();
    let (mut server, address) = Running::start_service(&cli);
    assert!(
        authorize(&address, &key).contains(" 200 "),
        "keys must still work"
    );
    server.signal(rustix::process::Signal::TERM);
    let (_, log) = server.wait();
    assert_eq!(
        log.matches("writing usage counts failed").count(),
        1,
        "users revoke unused keys by these counts, so missing counts must be logged once: {log}"
    );
}

#[cfg(unix)]
#[test]
fn each_misconfigured_path_is_logged_once_up_to_a_limit() {
    let cli = CliFixture::new();
    let (mut server, address) = Running::start_service(&cli);
    let request = |environment: &str| {
        let head = format!("GET /v1/auth/nginx/{environment}\r\nX-Original-Method: GET");
        let status = status_line(&address, &head, "");
        assert!(
            status.contains(" 500 "),
            "no key of a client can help: {status}"
        );
    };
    for environment in ["nowhere", "other", "nowhere"] {
        request(&format!("Acme%20Shop/{environment}"));
    }
    for number in 0..40 {
        request(&format!("Acme%20Shop/{number}"));
    }
    server.signal(rustix::process::Signal::TERM);
    let (exit_code, stderr) = server.wait();
    assert_eq!(exit_code, Some(0), "{stderr}");
    let warnings: Vec<_> = stderr
        .lines()
        .filter(|line| line.contains("environment that does not exist"))
        .collect();
    for environment in ["nowhere", "other"] {
        let path = format!("Acme%20Shop/{environment}");
        let of_path = warnings.iter().filter(|line| line.contains(&path));
        let of_path: Vec<_> = of_path.collect();
        assert!(
            of_path.len() == 1 && of_path[0].contains("keystile snippet"),
            "the administrator must learn each path once, and the next step: {stderr}"
        );
    }
    let limit = "further misconfigured paths are not logged";
    assert_eq!(
        (warnings.len(), stderr.matches(limit).count()),
        (32, 1),
        "paths of any program must not fill the log: {stderr}"
    );
}

#[cfg(unix)]
#[test]
fn rejected_host_is_logged_once_with_the_option() {
    let cli = CliFixture::new();
    let (mut server, address) = Running::start_service(&cli);
    for host in ["api.example:8080", "other.example"] {
        let request = format!(
            "GET /v1/auth/envoy/a/b/-/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        );
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let response = crate::running::read_response(stream);
        assert!(
            response.starts_with("HTTP/1.1 421 ") && !response.contains("--allowed-host"),
            "a client cannot pass options: {response}"
        );
    }
    server.signal(rustix::process::Signal::TERM);
    let (_, stderr) = server.wait();
    assert!(
        stderr.matches("--allowed-host").count() == 1 && stderr.contains("api.example:8080"),
        "the administrator must learn the option, and no log must fill: {stderr}"
    );
}
