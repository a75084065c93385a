//! `doctor`: the status, message, and advice of each check.

use std::net::TcpListener;

use serde_json::Value;

use crate::fixture::{CliFixture, ENVIRONMENT};
use crate::running::Running;

fn finding<'a>(findings: &'a Value, check: &str) -> &'a Value {
    findings
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["check"] == check)
        .unwrap_or_else(|| panic!("no finding for {check}: {findings}"))
}

/// Runs `doctor` and asserts its exit code. Returns the findings.
fn doctor(cli: &CliFixture, exit_code: i32) -> Value {
    doctor_at(cli, "127.0.0.1:0", exit_code)
}

fn doctor_at(cli: &CliFixture, listen: &str, exit_code: i32) -> Value {
    let output = cli.run(&["doctor", "--json", "--listen", listen]);
    assert_eq!(
        output.exit_code,
        Some(exit_code),
        "scripts must notice problems, and nothing else: {}{}",
        output.stdout,
        output.stderr
    );
    output.json()
}

#[test]
fn missing_store_is_a_note_and_is_not_created() {
    let cli = CliFixture::without_store();
    let findings = doctor(&cli, 0);
    assert_eq!(finding(&findings, "database")["status"], "note");
    assert!(!cli.store_path().exists(), "doctor must not create a store");
}

#[test]
fn good_store_passes_all_checks() {
    let cli = CliFixture::new();
    let findings = doctor(&cli, 0);
    for check in [
        "version",
        "database",
        "audit",
        "usage",
        "requests",
        "clock",
        "permissions",
        "port",
    ] {
        if check == "permissions" && cfg!(not(unix)) {
            continue;
        }
        assert_eq!(finding(&findings, check)["status"], "ok", "{findings}");
    }
    assert_eq!(
        finding(&findings, "keychain")["status"],
        "note",
        "the test has no keychain, and keys work without one"
    );
}

#[cfg(unix)]
#[test]
fn readable_install_key_is_bad() {
    use std::os::unix::fs::PermissionsExt;

    let cli = CliFixture::new();
    let file = cli.store_path().join("install.key");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let findings = doctor(&cli, 1);
    let modes = finding(&findings, "permissions");
    assert_eq!(modes["status"], "bad");
    assert_eq!(
        modes["advice"],
        format!("Restrict it: chmod 600 '{}'", file.display()),
        "the advice is a command to paste"
    );
}

#[test]
fn damaged_database_is_bad() {
    let cli = CliFixture::new();
    let file = cli.store_path().join("keystile.db");
    let mut bytes = std::fs::read(&file).unwrap();
    for byte in &mut bytes[4096..] {
        *byte = 0xaa;
    }
    std::fs::write(&file, bytes).unwrap();
    let findings = doctor(&cli, 1);
    let database = finding(&findings, "database");
    assert_eq!(database["status"], "bad");
    assert_ne!(database["advice"], "", "a problem must have advice");
}

#[test]
fn port_in_use_is_a_note() {
    let cli = CliFixture::new();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    // Closes each connection, as a server of another protocol does.
    std::thread::spawn(move || while other.accept().is_ok() {});
    let findings = doctor_at(&cli, &address.to_string(), 0);
    assert_eq!(
        finding(&findings, "port")["status"],
        "note",
        "another port can be used"
    );
}

fn endpoint_findings(findings: &Value) -> Vec<(String, String, String)> {
    let text = |finding: &Value, part: &str| finding[part].as_str().unwrap().to_owned();
    findings
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["check"] == "endpoint")
        .map(|finding| {
            (
                text(finding, "status"),
                text(finding, "message"),
                text(finding, "advice"),
            )
        })
        .collect()
}

#[test]
fn unreachable_endpoint_is_a_note() {
    let cli = CliFixture::new();
    cli.run_ok(&["env", "create", "Acme Shop/production"]);
    let findings = doctor(&cli, 0);
    assert_eq!(endpoint_findings(&findings), [], "an endpoint is optional");
    let api = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", api.local_addr().unwrap());
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &endpoint]);
    let unknown_host = "http://nowhere.invalid";
    cli.run_ok(&[
        "env",
        "edit",
        "Acme Shop/production",
        "--endpoint",
        unknown_host,
    ]);
    let findings = doctor(&cli, 0);
    let [good, bad] = &endpoint_findings(&findings)[..] else {
        panic!("one finding per environment: {findings}");
    };
    assert_eq!(
        (good.0.as_str(), good.1.as_str()),
        (
            "ok",
            format!("{endpoint} ({ENVIRONMENT}) accepts connections.").as_str()
        )
    );
    assert!(
        bad.0 == "note"
            && bad.1.starts_with(&format!(
                "Cannot connect to {unknown_host} (Acme Shop/production): "
            ))
            && bad.2.contains("keystile env edit \"Acme Shop/production\""),
        "{bad:?}"
    );
    drop(api);
    let findings = doctor(&cli, 0);
    let [gone, _] = &endpoint_findings(&findings)[..] else {
        panic!("{findings}");
    };
    assert!(
        gone.0 == "note" && gone.1.ends_with("connection refused."),
        "{gone:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn endpoint_without_response_times_out() {
    let cli = CliFixture::new();
    // The accept queue is full, so the system does not answer further connections.
    let silent = rustix::net::socket(
        rustix::net::AddressFamily::INET,
        rustix::net::SocketType::STREAM,
        None,
    )
    .unwrap();
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    rustix::net::bind(&silent, &any).unwrap();
    rustix::net::listen(&silent, 0).unwrap();
    let silent = TcpListener::from(silent);
    let address = silent.local_addr().unwrap();
    let _waiting = std::net::TcpStream::connect(address).unwrap();
    let endpoint = format!("http://{address}");
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &endpoint]);
    let findings = endpoint_findings(&doctor(&cli, 0));
    assert!(
        findings[0].1.ends_with("no response within 2 s."),
        "{findings:?}"
    );
}

#[test]
fn gateway_port_in_use_is_a_note() {
    let cli = CliFixture::new();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--port", &port]);
    let findings = doctor(&cli, 0);
    let taken = finding(&findings, "gateway");
    assert_eq!(taken["status"], "note", "another port can be used");
    let message = taken["message"].as_str().unwrap();
    assert!(
        message.starts_with(&format!("Port {port} of the gateway of {ENVIRONMENT} ")),
        "{message}"
    );
    drop(other);
    let findings = doctor(&cli, 0);
    assert_eq!(finding(&findings, "gateway")["status"], "ok");
}

#[test]
fn running_gateway_is_distinguished_from_those_of_other_environments_and_stores() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let mut running = Running::start_gateway(&cli, &["--port", "0", "--json"]);
    let started: Value = running.json_line();
    let (_, port) = started["address"]
        .as_str()
        .unwrap()
        .rsplit_once(':')
        .unwrap();
    let findings = doctor(&cli, 0);
    assert_eq!(
        finding(&findings, "gateway")["message"],
        format!("The gateway of {ENVIRONMENT} is running on port {port}.")
    );

    let elsewhere = CliFixture::new();
    elsewhere.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--port", port]);
    let findings = doctor(&elsewhere, 0);
    assert_eq!(
        finding(&findings, "gateway")["status"],
        "note",
        "the gateway of another store does not check the keys of this one: {findings}"
    );

    // The running gateway keeps its port until it is started again.
    let other = "Acme Shop/production";
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--port", "17421"]);
    cli.run_ok(&["env", "create", other]);
    cli.run_ok(&["gateway", "edit", "--env", other, "--port", port]);
    let findings = doctor(&cli, 0);
    let message = format!(
        "Port {port} of the gateway of {other} is in use by the gateway of {ENVIRONMENT} (pid {}).",
        running.id()
    );
    let finding = findings
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["message"] == message.as_str())
        .unwrap_or_else(|| panic!("{findings}"));
    let advice = finding["advice"].as_str().unwrap();
    assert!(
        advice.contains(&format!("keystile gateway edit --env \"{other}\" --port "))
            && !advice.contains("--port PORT"),
        "the advice must be a command to paste: {advice}"
    );
}

#[test]
fn audit_log_restored_from_backup_is_bad_until_audit_head_is_deleted() {
    let cli = CliFixture::new();
    let database = cli.store_path().join("keystile.db");
    let backup = std::fs::read(&database).unwrap();
    cli.run_ok(&["project", "create", "lost"]);
    std::fs::write(&database, backup).unwrap();
    cli.run_ok(&["project", "create", "later"]);
    let findings = doctor(&cli, 1);
    let audit = finding(&findings, "audit");
    assert_eq!(audit["status"], "bad", "{findings}");
    assert!(
        audit["advice"].as_str().unwrap().contains("audit.head"),
        "{audit}"
    );
    std::fs::remove_file(cli.store_path().join("audit.head")).unwrap();
    doctor(&cli, 0);
}

#[test]
fn damaged_usage_file_is_bad_and_key_list_warns() {
    let cli = CliFixture::new();
    std::fs::write(cli.store_path().join("usage.db"), "no database at all").unwrap();
    let findings = doctor(&cli, 1);
    let usage = finding(&findings, "usage");
    assert_eq!(usage["status"], "bad", "{findings}");
    assert!(usage["advice"].as_str().unwrap().contains("usage.db"));
    let listed = cli.run_ok(&["key", "list", "--env", ENVIRONMENT]);
    assert!(
        listed.stderr.contains("usage.db"),
        "unknown usage must not look like no usage: {}",
        listed.stderr
    );
}

#[cfg(unix)]
#[test]
fn inaccessible_store_is_bad() {
    use std::os::unix::fs::PermissionsExt;

    let cli = CliFixture::new();
    let mode =
        |mode| std::fs::set_permissions(cli.store_path(), std::fs::Permissions::from_mode(mode));
    mode(0o000).unwrap();
    // Permissions do not apply to the superuser.
    if std::fs::read_dir(cli.store_path()).is_ok() {
        return;
    }
    let output = cli.run(&["doctor", "--json", "--listen", "127.0.0.1:0"]);
    // Restored first: after a failed assertion the folder could not be removed.
    mode(0o700).unwrap();
    assert_eq!(output.exit_code, Some(1), "{}", output.stderr);
    let findings = output.json();
    assert_eq!(
        finding(&findings, "database")["status"],
        "bad",
        "{findings}"
    );
    assert!(
        !findings.to_string().contains("Only you can access"),
        "the permissions are unknown: {findings}"
    );
}

#[test]
fn clock_that_was_set_back_is_reported_with_the_file_to_delete() {
    let cli = CliFixture::new();
    let path = cli.store_path().join("latest-time");
    std::fs::write(&path, format!("{:020}\n", 4_070_908_800_000_i64)).unwrap();
    let findings = doctor(&cli, 1);
    let clock = finding(&findings, "clock");
    assert_eq!(clock["status"], "bad");
    assert!(
        clock["message"]
            .as_str()
            .unwrap()
            .contains("2099-01-01T00:00:00Z")
            && clock["advice"]
                .as_str()
                .unwrap()
                .contains(path.to_str().unwrap()),
        "{clock}"
    );
    std::fs::remove_file(path).unwrap();
    assert_eq!(finding(&doctor(&cli, 0), "clock")["status"], "ok");
}
