//! `doctor`: what is in order is said to be, and what is not makes it fail with a next step.

use std::net::TcpListener;

use serde_json::Value;

use crate::fixture::{CliFixture, CliOutput, ENVIRONMENT};

fn finding<'a>(findings: &'a Value, about: &str) -> &'a Value {
    findings
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["about"] == about)
        .unwrap_or_else(|| panic!("nothing is said about {about}: {findings}"))
}

fn doctor(cli: &CliFixture, listen: &str) -> CliOutput {
    cli.run(&["doctor", "--json", "--listen", listen])
}

#[test]
fn a_store_that_is_not_there_is_said_to_be_absent_and_is_not_made() {
    let cli = CliFixture::without_store();
    let said = doctor(&cli, "127.0.0.1:0");
    assert_eq!(said.exit_code, Some(0), "nothing is wrong: {}", said.stderr);
    assert_eq!(finding(&said.json(), "database")["result"], "note");
    assert!(!cli.store_path().exists(), "looking makes nothing");
}

#[test]
fn a_good_store_is_in_order() {
    let cli = CliFixture::new();
    let said = doctor(&cli, "127.0.0.1:0");
    assert_eq!(said.exit_code, Some(0), "{}", said.stderr);
    let findings = said.json();
    for about in [
        "version",
        "database",
        "audit",
        "usage",
        "permissions",
        "port",
    ] {
        if about == "permissions" && cfg!(not(unix)) {
            continue;
        }
        assert_eq!(finding(&findings, about)["result"], "ok", "{findings}");
    }
    assert_eq!(
        finding(&findings, "keychain")["result"],
        "note",
        "there is none here, and keys work without one"
    );
}

#[cfg(unix)]
#[test]
fn an_install_key_that_others_can_read_is_not_in_order() {
    use std::os::unix::fs::PermissionsExt;

    let cli = CliFixture::new();
    let file = cli.store_path().join("install.key");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = doctor(&cli, "127.0.0.1:0");
    assert_eq!(
        said.exit_code,
        Some(1),
        "a script must notice: {}",
        said.stdout
    );
    let findings = said.json();
    let modes = finding(&findings, "permissions");
    assert_eq!(modes["result"], "bad");
    assert_eq!(
        modes["advice"],
        format!("chmod 600 '{}'", file.display()),
        "the next step can be pasted"
    );
}

#[test]
fn a_damaged_database_is_not_in_order() {
    let cli = CliFixture::new();
    let file = cli.store_path().join("keystile.db");
    let mut bytes = std::fs::read(&file).unwrap();
    for byte in &mut bytes[4096..] {
        *byte = 0xaa;
    }
    std::fs::write(&file, bytes).unwrap();
    let said = doctor(&cli, "127.0.0.1:0");
    assert_eq!(said.exit_code, Some(1), "{}", said.stdout);
    let findings = said.json();
    let database = finding(&findings, "database");
    assert_eq!(database["result"], "bad");
    assert_ne!(database["advice"], "", "there is always a next step");
}

#[test]
fn a_port_that_another_program_uses_is_told_before_serve_fails() {
    let cli = CliFixture::new();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    // It hangs up on whoever asks, as a program does that speaks something else.
    std::thread::spawn(move || while other.accept().is_ok() {});
    let said = doctor(&cli, &address.to_string());
    assert_eq!(said.exit_code, Some(0), "another port can be chosen");
    assert_eq!(finding(&said.json(), "port")["result"], "note");
}

fn about_endpoints(told: &Value) -> Vec<(String, String, String)> {
    let text = |finding: &Value, part: &str| finding[part].as_str().unwrap().to_owned();
    told.as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["about"] == "endpoint")
        .map(|finding| {
            (
                text(finding, "result"),
                text(finding, "message"),
                text(finding, "advice"),
            )
        })
        .collect()
}

#[test]
fn an_endpoint_that_takes_no_connection_is_told_and_is_nothing_bad() {
    let cli = CliFixture::new();
    cli.run_ok(&["env", "create", "Acme Shop/production"]);
    let told = doctor(&cli, "127.0.0.1:0").json();
    assert_eq!(
        about_endpoints(&told),
        [],
        "an environment needs no endpoint"
    );
    let api = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", api.local_addr().unwrap());
    cli.run_ok(&["env", "edit", ENVIRONMENT, "--endpoint", &endpoint]);
    let unnamed = "http://nowhere.invalid";
    cli.run_ok(&["env", "edit", "Acme Shop/production", "--endpoint", unnamed]);
    let said = doctor(&cli, "127.0.0.1:0");
    assert_eq!(
        said.exit_code,
        Some(0),
        "an API may be switched off: {}",
        said.stdout
    );
    let [good, bad] = &about_endpoints(&said.json())[..] else {
        panic!("one each environment: {}", said.stdout);
    };
    assert_eq!(
        (good.0.as_str(), good.1.as_str()),
        (
            "ok",
            format!("{endpoint}, the endpoint of {ENVIRONMENT}, takes connections.").as_str()
        )
    );
    assert!(
        bad.0 == "note"
            && bad.1.starts_with(&format!(
                "{unnamed}, the endpoint of Acme Shop/production, takes no connection: "
            ))
            && bad.2.contains("keystile env edit \"Acme Shop/production\""),
        "{bad:?}"
    );
    drop(api);
    let told = doctor(&cli, "127.0.0.1:0").json();
    let [gone, _] = &about_endpoints(&told)[..] else {
        panic!("{told}");
    };
    assert!(
        gone.0 == "note" && gone.1.ends_with("nothing listens there."),
        "{gone:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_endpoint_that_does_not_answer_keeps_nobody_waiting() {
    let cli = CliFixture::new();
    // A queue that is full: the system leaves whoever comes now without an answer.
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
    let said = doctor(&cli, "127.0.0.1:0");
    let told = about_endpoints(&said.json());
    assert!(
        said.exit_code == Some(0) && told[0].1.ends_with("no answer within 2 s."),
        "{told:?}"
    );
}

#[test]
fn a_gateways_port_that_another_program_uses_is_told_before_it_is_started() {
    let cli = CliFixture::new();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--port", &port]);
    let told = doctor(&cli, "127.0.0.1:0").json();
    let taken = finding(&told, "gateway");
    assert_eq!(taken["result"], "note", "another port can be chosen");
    let message = taken["message"].as_str().unwrap();
    assert!(
        message.starts_with(&format!("Port {port} of the gateway of {ENVIRONMENT} ")),
        "{message}"
    );
    drop(other);
    let told = doctor(&cli, "127.0.0.1:0").json();
    assert_eq!(finding(&told, "gateway")["result"], "ok");
}

#[test]
fn audit_log_that_was_put_back_from_a_backup_is_not_in_order_until_its_owner_says_so() {
    let cli = CliFixture::new();
    let database = cli.store_path().join("keystile.db");
    let backup = std::fs::read(&database).unwrap();
    cli.run_ok(&["project", "create", "lost"]);
    std::fs::write(&database, backup).unwrap();
    cli.run_ok(&["project", "create", "later"]);
    let said = doctor(&cli, "127.0.0.1:0");
    assert_eq!(
        said.exit_code,
        Some(1),
        "a script must notice: {}",
        said.stdout
    );
    let findings = said.json();
    let audit = finding(&findings, "audit");
    assert_eq!(audit["result"], "bad", "{findings}");
    assert!(
        audit["advice"].as_str().unwrap().contains("audit.head"),
        "{audit}"
    );
    std::fs::remove_file(cli.store_path().join("audit.head")).unwrap();
    let said = doctor(&cli, "127.0.0.1:0");
    assert_eq!(said.exit_code, Some(0), "{}{}", said.stdout, said.stderr);
}

#[test]
fn usage_file_that_cannot_be_used_is_not_in_order_and_said_beside_the_list() {
    let cli = CliFixture::new();
    std::fs::write(cli.store_path().join("usage.db"), "no database at all").unwrap();
    let said = doctor(&cli, "127.0.0.1:0");
    assert_eq!(said.exit_code, Some(1), "{}", said.stdout);
    let findings = said.json();
    let usage = finding(&findings, "usage");
    assert_eq!(usage["result"], "bad", "{findings}");
    assert!(usage["advice"].as_str().unwrap().contains("usage.db"));
    let listed = cli.run_ok(&["key", "list", "--env", ENVIRONMENT]);
    assert!(
        listed.stderr.contains("usage.db"),
        "never used and not known are not the same: {}",
        listed.stderr
    );
}

#[cfg(unix)]
#[test]
fn store_that_may_not_be_entered_is_a_problem_and_not_absent() {
    use std::os::unix::fs::PermissionsExt;

    let cli = CliFixture::new();
    let mode =
        |mode| std::fs::set_permissions(cli.store_path(), std::fs::Permissions::from_mode(mode));
    mode(0o000).unwrap();
    let is_superuser = std::fs::read_dir(cli.store_path()).is_ok();
    let said = doctor(&cli, "127.0.0.1:0");
    mode(0o700).unwrap();
    // The superuser enters every folder.
    if is_superuser {
        return;
    }
    assert_eq!(said.exit_code, Some(1), "{}", said.stdout);
    let findings = said.json();
    assert_eq!(
        finding(&findings, "database")["result"],
        "bad",
        "{findings}"
    );
    assert!(
        !said.stdout.contains("Only you can read"),
        "nothing is known about what cannot be seen: {findings}"
    );
}
