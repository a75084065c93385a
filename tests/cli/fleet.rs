//! Three services on one PostgreSQL database behind nginx, one of which is killed and one stopped, and `fleet status`.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use keystile_test_postgres::{PausingProxy, PostgresServer, TestDatabase, TransactionPooler};
use rustix::process::Signal;
use serde_json::Value;

use crate::fixture::ENVIRONMENT;
use crate::postgres_fixture::{PostgresFixture, error};
use crate::running::{Running, read_response, send_request};

/// The `Host` under which nginx reaches each service.
const SERVICE_HOST: &str = "keystile";

/// A service on a machine of its own.
struct HttpReplica {
    running: Running,
    address: String,
}

impl HttpReplica {
    fn start(fixture: &PostgresFixture, machine: &str, options: &[&str]) -> Self {
        Self::start_at(fixture, machine, &fixture.database.url(), options)
    }

    fn start_at(fixture: &PostgresFixture, machine: &str, url: &str, options: &[&str]) -> Self {
        let state = fixture.state_path().with_file_name(machine);
        let args = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--allowed-host",
            SERVICE_HOST,
        ];
        let mut command = fixture
            .cli
            .command_without_store(&[&args[..], options].concat());
        command
            .args(["--db", url])
            .env("KEYSTILE_STATE", state)
            .env("KEYSTILE_INSTALL_KEY_FILE", fixture.install_key());
        let mut running = Running::spawn(command.stderr(Stdio::null()));
        let address = running.service_address();
        Self { running, address }
    }

    fn get(&self, path: &str) -> String {
        read_response(send_request(&self.address, &format!("GET {path}"), ""))
    }
}

/// nginx in front of an API that always answers.
struct Nginx {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Nginx {
    /// Starts nginx with the printed configuration, for several services.
    fn start(fixture: &PostgresFixture, services: &[HttpReplica], api: &str) -> Self {
        let address = free_address();
        let output = fixture.run_ok(&[
            "snippet",
            "nginx",
            "--env",
            ENVIRONMENT,
            "--listen",
            &address,
            "--upstream",
            api,
        ]);
        let servers: String = services
            .iter()
            .map(|service| format!("server {} max_fails=1 fail_timeout=1s;\n", service.address))
            .collect();
        let text = output
            .stdout
            .replacen("server 127.0.0.1:7878;", &servers, 1)
            .replacen(
                "Host                  127.0.0.1:7878;",
                &format!("Host {SERVICE_HOST};"),
                1,
            )
            .replacen(
                "proxy_pass_request_body off;",
                "proxy_pass_request_body off;
                 proxy_connect_timeout 250ms; proxy_read_timeout 500ms;
                 proxy_next_upstream error timeout http_503 non_idempotent;",
                1,
            );
        assert!(text.contains(&services[2].address), "{text}");
        let folder = tempfile::tempdir().unwrap();
        let mut child = command(folder.path(), &text).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(&address).is_err() {
            assert!(child.try_wait().unwrap().is_none(), "nginx must start");
            assert!(Instant::now() < deadline, "nginx must listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self {
            child,
            address,
            _folder: folder,
        }
    }

    /// Sends a request with a key and returns the status.
    fn status(&self, key: &str) -> u16 {
        let response = read_response(send_request(&self.address, "GET /orders", key));
        response
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or_else(|| panic!("a response: {response}"))
    }
}

fn command(folder: &Path, text: &str) -> Command {
    std::fs::write(folder.join("keystile.conf"), text).unwrap();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {}/{name};\n", folder.display()))
        .concat();
    let main = format!(
        "daemon off; master_process off; pid {0}/pid; error_log /dev/null;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}include {0}/keystile.conf;\n}}\n",
        folder.display()
    );
    std::fs::write(folder.join("nginx.conf"), main).unwrap();
    let mut command = Command::new("/usr/sbin/nginx");
    command
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(folder.join("nginx.conf"))
        .stderr(Stdio::null());
    command
}

/// Returns an address on which nothing listens.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Starts an API that answers each request, and returns its address.
fn api() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let mut request = [0; 4096];
                let _read = stream.read(&mut request);
                let _sent = stream.write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
                );
            });
        }
    });
    address
}

/// Returns the request by which nginx asks whether a request may pass.
fn check_head() -> String {
    let environment = ENVIRONMENT.replace(' ', "%20");
    format!(
        "GET /v1/auth/nginx/{environment}\r\nX-Original-Method: GET\r\nX-Forwarded-Uri: /orders"
    )
}

fn revoke(fixture: &PostgresFixture, name: &str) -> Value {
    let args = [
        "key",
        "revoke",
        name,
        "--env",
        ENVIRONMENT,
        "--confirm",
        name,
    ];
    fixture.run_ok(&[&args[..], &["--json"]].concat()).json()
}

#[test]
fn revoked_key_is_denied_behind_nginx_while_services_fail() {
    let fixture = PostgresFixture::new();
    let names: Vec<_> = (0..6).map(|number| format!("key {number}")).collect();
    let keys: Vec<_> = names.iter().map(|name| fixture.create_key(name)).collect();
    let kept = fixture.create_key("kept");
    let services = ["one", "two", "three"].map(|name| HttpReplica::start(&fixture, name, &[]));
    let nginx = Nginx::start(&fixture, &services, &api());
    for key in keys.iter().chain([&kept]) {
        for _ in 0..6 {
            assert_eq!(nginx.status(key), 200, "each service must accept the key");
        }
    }
    let healthy = revoke(&fixture, &names[0]);
    assert_eq!(
        (
            &healthy["propagation"]["replicas"],
            &healthy["propagation"]["silent"]
        ),
        (&3.into(), &0.into()),
        "{healthy}"
    );
    // One is stopped, as a suspended machine is, and one is killed.
    services[1].running.signal(Signal::STOP);
    services[2].running.signal(Signal::KILL);
    for (index, name) in names.iter().enumerate().skip(1) {
        let revoked = revoke(&fixture, name);
        if index == 1 {
            assert_eq!(
                revoked["propagation"]["silent"], 2,
                "the revocation must wait until both leases have ended: {revoked}"
            );
        }
        for key in &keys[..=index] {
            for _ in 0..6 {
                assert_eq!(nginx.status(key), 401, "{name} is revoked");
            }
        }
        assert_eq!(nginx.status(&kept), 200, "other keys must keep working");
    }
    services[1].running.signal(Signal::CONT);
    for key in &keys {
        let head = check_head();
        let response = read_response(send_request(&services[1].address, &head, key));
        assert!(
            !response.starts_with("HTTP/1.1 200"),
            "a service that was stopped must not use its old lease: {response}"
        );
    }
    assert!(services[0].get("/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn fleet_status_lists_the_replicas() {
    let fixture = PostgresFixture::new();
    let none = fixture.run_ok(&["fleet", "status", "--json"]).json();
    assert_eq!(none, Value::Array(Vec::new()), "nothing checks keys yet");
    let mut service = HttpReplica::start(&fixture, "one", &[]);
    let listed = fixture.run_ok(&["fleet", "status", "--json"]).json();
    assert_eq!(
        (
            &listed[0]["program"],
            &listed[0]["state"],
            &listed[0]["verifies"]
        ),
        (&"serve".into(), &"current".into(), &Value::Null),
        "{listed}"
    );
    let text = fixture.run_ok(&["fleet", "status"]).stdout;
    assert!(text.contains("all environments"), "{text}");
    let metrics = service.get("/metrics");
    assert!(
        metrics.contains("keystile_lease_remaining_seconds 0."),
        "{metrics}"
    );
    service.running.terminate();
    let gone = fixture.run_ok(&["fleet", "status", "--json"]).json();
    assert_eq!(
        gone,
        Value::Array(Vec::new()),
        "a service that ends must give up its lease, so that no revocation waits for it"
    );
    let folder = error(&fixture.cli.run(&["fleet", "status", "--json"]));
    assert_eq!(folder["code"], "no_store", "{folder}");
}

#[test]
fn service_without_database_is_not_ready_and_denies() {
    let fixture = PostgresFixture::new();
    let key = fixture.create_key("ci");
    let proxy = PausingProxy::start(fixture.database.address());
    let url = fixture.database.url_at(proxy.address());
    let service = HttpReplica::start_at(&fixture, "one", &url, &[]);
    let head = check_head();
    let check = || read_response(send_request(&service.address, &head, &key));
    assert!(check().starts_with("HTTP/1.1 200"), "{}", check());
    proxy.pause();
    std::thread::sleep(Duration::from_millis(1_000));
    let response = check();
    assert!(
        response.starts_with("HTTP/1.1 503") && response.to_lowercase().contains("retry-after"),
        "without a lease it cannot know: {response}"
    );
    assert!(service.get("/readyz").starts_with("HTTP/1.1 503"));
    assert!(
        service.get("/livez").starts_with("HTTP/1.1 200"),
        "a restart would not help"
    );
    proxy.resume();
    let deadline = Instant::now() + Duration::from_secs(10);
    while !check().starts_with("HTTP/1.1 200") {
        assert!(Instant::now() < deadline, "it must connect again by itself");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn service_that_asks_notices_a_revocation() {
    let fixture = PostgresFixture::new();
    let key = fixture.create_key("ci");
    let service = HttpReplica::start(&fixture, "one", &["--consistency", "ask"]);
    let head = check_head();
    let check = || read_response(send_request(&service.address, &head, &key));
    assert!(check().starts_with("HTTP/1.1 200"), "{}", check());
    let revoked = revoke(&fixture, "ci");
    assert_eq!(
        revoked["propagation"]["replicas"], 0,
        "a service that asks has no lease: {revoked}"
    );
    assert!(check().starts_with("HTTP/1.1 401"), "{}", check());
}

#[test]
fn service_that_asks_works_through_a_transaction_pooler() {
    let server = PostgresServer::start();
    let fixture = PostgresFixture::on(TestDatabase::create_on(&server));
    let keys: Vec<_> = (0..3)
        .map(|number| fixture.create_key(&format!("key {number}")))
        .collect();
    let pooler = TransactionPooler::start(&server);
    let url = pooler.url(fixture.database.name());
    let services = ["one", "two"]
        .map(|machine| HttpReplica::start_at(&fixture, machine, &url, &["--consistency", "ask"]));
    let head = check_head();
    let check = |service: &HttpReplica, key: &str| {
        let response = read_response(send_request(&service.address, &head, key));
        response.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let check_all = |expected: &[&str]| {
        std::thread::scope(|scope| {
            for service in services.iter().cycle().take(8) {
                let keys = &keys;
                scope.spawn(move || {
                    for (key, expected) in keys.iter().zip(expected) {
                        assert_eq!(
                            &check(service, key),
                            expected,
                            "concurrent checks share backends"
                        );
                    }
                });
            }
        });
    };
    check_all(&["200", "200", "200"]);
    revoke(&fixture, "key 1");
    check_all(&["200", "401", "200"]);
}

#[test]
fn revocation_names_replicas_for_people() {
    let fixture = PostgresFixture::new();
    fixture.create_key("ci");
    let _service = HttpReplica::start(&fixture, "one", &[]);
    let args = [
        "key",
        "revoke",
        "ci",
        "--env",
        ENVIRONMENT,
        "--confirm",
        "ci",
    ];
    let output = fixture.run_ok(&args);
    assert!(
        output.stderr.contains("1 replica knows it ("),
        "{}",
        output.stderr
    );
}
