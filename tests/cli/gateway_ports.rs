//! `gateway run` and `edit`: ports that other programs and gateways have.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::fixture::{CliFixture, ENVIRONMENT};
use crate::gateway::started;
use crate::running::Running;

/// Reads the first line of a gateway. Returns its port.
fn started_port(running: &mut Running) -> String {
    let (address, _) = started(running);
    address.rsplit(':').next().unwrap().to_owned()
}

fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}

#[test]
fn port_in_use_is_an_error_with_its_owner_and_a_free_port() {
    let cli = CliFixture::new();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    cli.run_ok(&[
        "gateway",
        "edit",
        "--env",
        ENVIRONMENT,
        "--sample",
        "--port",
        &port,
    ]);
    let output = cli.run(&["gateway", "run", "--env", ENVIRONMENT]);
    assert_eq!(
        output.exit_code,
        Some(1),
        "the gateway must not select another port"
    );
    let own = format!("(pid {}).", std::process::id());
    let (message, advice) = output.stderr.trim_end().split_once('\n').unwrap();
    assert!(
        message.starts_with(&format!("Port {port} is "))
            && (message.ends_with(&own) || !cfg!(target_os = "linux")),
        "{message}"
    );
    let free = advice
        .strip_prefix("Stop it, or use another port: --port ")
        .unwrap_or_else(|| panic!("{advice}"));
    let mut running = Running::start_gateway(&cli, &["--port", free]);
    assert_eq!(started(&mut running).0, format!("127.0.0.1:{free}"));
}

#[test]
fn second_run_of_the_same_gateway_reports_the_first() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    let port = started_port(&mut running);
    let output = cli.run(&["gateway", "run", "--env", ENVIRONMENT]);
    let message = format!(
        "This gateway is already running on port {port} (pid {}).\n",
        running.id()
    );
    assert!(
        output.exit_code == Some(1) && output.stderr.starts_with(&message),
        "another port would be the wrong advice: {}",
        output.stderr
    );
}

#[test]
fn list_shows_where_a_gateway_runs_after_its_port_was_edited() {
    let cli = CliFixture::new();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    let (address, _) = started(&mut running);
    let new_port = free_port();
    let edit = ["gateway", "edit", "--env", ENVIRONMENT, "--port", &new_port];
    cli.run_ok(&edit);
    let expected = format!("running (pid {}, {address})", running.id());
    for command in [
        &["gateway", "list"][..],
        &["gateway", "show", "--env", ENVIRONMENT],
    ] {
        let shown = cli.run_ok(command).stdout;
        assert!(
            shown.contains(&expected) && shown.contains(&format!(":{new_port}")),
            "both the stored port and the running process are shown: {shown}"
        );
    }
    let list = ["gateway", "list", "--json"];
    let listed = cli.run_ok(&list).json();
    assert_eq!(
        listed[0]["running"],
        json!([{"pid": running.id(), "address": address}])
    );
    drop(running);
    assert_eq!(cli.run_ok(&list).json()[0]["running"], json!([]));
}

#[test]
fn port_of_another_gateway_is_in_use_by_its_environment() {
    let cli = CliFixture::new();
    let other = "Acme Shop/production";
    cli.run_ok(&["env", "create", other]);
    for environment in [ENVIRONMENT, other] {
        cli.run_ok(&["gateway", "edit", "--env", environment, "--sample"]);
    }
    let mut running = Running::start_gateway(&cli, &["--port", "0"]);
    let port = started_port(&mut running);
    // The running gateway keeps its port until it is started again.
    cli.run_ok(&[
        "gateway",
        "edit",
        "--env",
        ENVIRONMENT,
        "--port",
        &free_port(),
    ]);
    let output = cli.run(&["gateway", "run", "--env", other, "--port", &port]);
    let message = format!(
        "Port {port} is used by the gateway of {ENVIRONMENT} (pid {}).\nStop it, or use another port: --port ",
        running.id()
    );
    assert!(
        output.exit_code == Some(1) && output.stderr.starts_with(&message),
        "the gateway of another environment must not pass for this one: {}",
        output.stderr
    );
}

#[test]
fn gateway_of_another_store_is_another_program() {
    let (one, other) = (CliFixture::new(), CliFixture::new());
    for cli in [&one, &other] {
        cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--sample"]);
    }
    let mut running = Running::start_gateway(&one, &["--port", "0"]);
    let port = started_port(&mut running);
    let run = ["gateway", "run", "--env", ENVIRONMENT, "--port", &port];
    let output = other.run(&[&run[..], &["--json"]].concat());
    let error: Value = serde_json::from_str(&output.stderr).unwrap();
    assert_eq!(
        (output.exit_code, &error["code"]),
        (Some(1), &"port_in_use".into()),
        "an environment of the same name in another store has its own gateway: {error}"
    );
}

#[test]
fn port_of_another_gateway_is_refused_with_a_free_port() {
    let cli = CliFixture::new();
    let other = "Acme Shop/production";
    cli.run_ok(&["env", "create", other]);
    let port = free_port();
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--port", &port]);
    // Even if another program uses the port: stopping that program would not help.
    for (command, is_in_use) in [("edit", false), ("run", false), ("run", true)] {
        let _program = is_in_use.then(|| TcpListener::bind(format!("127.0.0.1:{port}")).unwrap());
        let args = ["gateway", command, "--env", other, "--port", &port];
        cli.run_ok(&["gateway", "edit", "--env", other, "--sample"]);
        let output = cli.run(&[&args[..], &["--json"]].concat());
        let error: Value = serde_json::from_str(&output.stderr).unwrap();
        assert_eq!(
            (output.exit_code, &error["code"], &error["message"]),
            (
                Some(1),
                &"port_taken".into(),
                &format!("Port {port} belongs to the gateway of {ENVIRONMENT}.").into()
            ),
            "only one of the two gateways could run"
        );
        let advice = error["advice"].as_str().unwrap();
        let free = advice
            .strip_prefix("Use another port, such as ")
            .and_then(|rest| rest.strip_suffix('.'))
            .unwrap_or_else(|| panic!("{advice}"));
        cli.run_ok(&["gateway", "edit", "--env", other, "--port", free]);
    }
}
