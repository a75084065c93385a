//! Tests of the servers: a fault must do what it says, or the tests that use it prove nothing.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use keystile_test_postgres::{PausingProxy, PostgresServer, ServerOptions, TestDatabase};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, PgConnection};

async fn connect(server: &PostgresServer) -> PgConnection {
    PgConnection::connect(&server.url("postgres"))
        .await
        .expect("a connection")
}

#[tokio::test]
async fn crashed_server_keeps_committed_rows_and_loses_others() {
    let mut server = PostgresServer::start();
    server.run_sql("CREATE TABLE numbers (number int)");
    server.run_sql("INSERT INTO numbers VALUES (1)");
    let mut client = connect(&server).await;
    let mut transaction = client.begin().await.expect("a transaction");
    sqlx::query("INSERT INTO numbers VALUES (2)")
        .execute(&mut *transaction)
        .await
        .expect("a row");
    let address = server.address();
    server.crash();
    assert!(
        TcpStream::connect(address).is_err(),
        "a crashed server accepts no connection"
    );
    let committed = transaction.commit().await;
    assert!(committed.is_err(), "the connection ended with the server");
    server.restart();
    assert_eq!(server.address(), address, "clients reconnect to it");
    assert_eq!(
        server.run_sql("SELECT number FROM numbers"),
        "1",
        "only the first row was committed"
    );
    assert!(
        server
            .log()
            .contains("database system was not properly shut down"),
        "a crash differs from a stop"
    );
}

#[tokio::test]
async fn stopped_server_ends_connections_and_starts_again() {
    let mut server = PostgresServer::start();
    let mut client = connect(&server).await;
    server.stop();
    assert!(client.ping().await.is_err(), "a stop ends connections");
    server.restart();
    server.restart();
    assert_eq!(server.run_sql("SELECT 1"), "1", "it accepts connections");
    assert!(
        !server.log().contains("not properly shut down"),
        "a stop differs from a crash"
    );
}

#[tokio::test]
async fn terminated_backends_end_and_new_connections_work() {
    let server = PostgresServer::start();
    let mut clients = [connect(&server).await, connect(&server).await];
    assert_eq!(server.terminate_backends(), 2, "each client has a backend");
    for client in &mut clients {
        assert!(client.ping().await.is_err(), "its backend has ended");
    }
    connect(&server).await.ping().await.expect("a new backend");
}

#[tokio::test]
async fn suspended_server_responds_after_it_was_resumed() {
    let mut server = PostgresServer::start();
    let mut client = connect(&server).await;
    server.suspend();
    let mut ping = Box::pin(client.ping());
    let early = tokio::time::timeout(Duration::from_millis(300), &mut ping).await;
    assert!(early.is_err(), "no process of the server may run");
    server.resume();
    ping.await.expect("the connection stayed open");
}

#[test]
fn suspended_server_ends_when_it_is_dropped() {
    let mut server = PostgresServer::start();
    let address = server.address();
    server.suspend();
    drop(server);
    assert!(TcpStream::connect(address).is_err(), "it has ended");
}

#[test]
fn promoted_standby_has_every_committed_row() {
    let mut primary = PostgresServer::start();
    let database = TestDatabase::create_on(&primary);
    database.run_sql("CREATE TABLE numbers (number int)");
    let standby = primary.start_synchronous_standby();
    database.run_sql("INSERT INTO numbers SELECT generate_series(1, 1000)");
    assert_eq!(
        standby.run_sql("SELECT pg_is_in_recovery()"),
        "t",
        "a standby accepts reads only"
    );
    primary.crash();
    standby.promote();
    let proxy = PausingProxy::start(primary.address());
    proxy.redirect(standby.address());
    let url = database.url_at(proxy.address());
    let count = Command::new("psql")
        .args(["-XAtc", "SELECT count(*) FROM numbers", &url])
        .output()
        .expect("psql");
    assert_eq!(
        String::from_utf8_lossy(&count.stdout).trim(),
        "1000",
        "a commit waited for the standby: {count:?}"
    );
    standby.run_sql("CREATE TABLE accepts_writes ()");
}

#[test]
fn commit_waits_for_the_standby() {
    let primary = PostgresServer::start();
    let mut standby = primary.start_synchronous_standby();
    standby.stop();
    let mut psql = Command::new("psql")
        .args(["-XAtc", "CREATE TABLE later ()", &primary.url("postgres")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("psql");
    std::thread::sleep(Duration::from_millis(800));
    let is_waiting = psql.try_wait().expect("its state").is_none();
    assert!(is_waiting, "without the standby the table could be lost");
    standby.restart();
    assert!(psql.wait().expect("its end").success(), "it was replicated");
}

#[tokio::test]
async fn server_with_password_rejects_another_password() {
    let server = PostgresServer::start_with(&ServerOptions::default().password("correct1"));
    connect(&server).await.ping().await.expect("its password");
    let url = server.url("postgres").replace("correct1", "wrong1");
    let error = PgConnection::connect(&url).await.expect_err("a rejection");
    let code = error.as_database_error().and_then(|error| error.code());
    assert_eq!(code.as_deref(), Some("28P01"), "invalid_password: {error}");
}

#[tokio::test]
async fn server_with_certificate_supports_each_tls_mode() {
    let issued =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let (certificate, key) = (issued.cert.pem(), issued.signing_key.serialize_pem());
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])
        .expect("a certificate")
        .cert
        .pem();
    let options = ServerOptions::default().certificate(&certificate, &key);
    let server = PostgresServer::start_with(&options.require_tls());
    for (mode, root, is_accepted) in [
        (PgSslMode::Disable, None, false),
        (PgSslMode::Prefer, None, true),
        (PgSslMode::Require, None, true),
        (PgSslMode::VerifyFull, Some(&certificate), true),
        (PgSslMode::VerifyFull, Some(&other), false),
    ] {
        let options: PgConnectOptions = server.url("postgres").parse().expect("its URL");
        let mut options = options.ssl_mode(mode);
        if let Some(root) = root {
            options = options.ssl_root_cert_from_pem(root.clone().into_bytes());
        }
        let connected = options.connect().await;
        assert_eq!(
            connected.is_ok(),
            is_accepted,
            "{mode:?}: {:?}",
            connected.err()
        );
    }
    assert_eq!(server.run_sql("SHOW ssl"), "on", "psql uses TLS if it can");
}

#[test]
fn setting_replaces_a_default() {
    let options = ServerOptions::default()
        .setting("shared_buffers", "16MB")
        .setting("application_name", "it's");
    let server = PostgresServer::start_with(&options);
    assert_eq!(server.run_sql("SHOW shared_buffers"), "16MB");
    assert_eq!(
        server.run_sql("SELECT reset_val FROM pg_settings WHERE name = 'fsync'"),
        "on",
        "commits take as long as in production"
    );
}

/// Set in the process that [`server_ends_with_a_killed_process`] kills.
const KILLED: &str = "KEYSTILE_TEST_KILLED_PROCESS";

#[test]
fn server_ends_with_a_killed_process() {
    use std::io::{BufRead, BufReader};
    if std::env::var_os(KILLED).is_some() {
        let server = PostgresServer::start();
        println!("\naddress {}", server.address());
        std::thread::sleep(Duration::from_secs(60));
        return;
    }
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            "server_ends_with_a_killed_process",
            "--nocapture",
        ])
        .env(KILLED, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let address = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("address ").map(str::to_owned))
        .expect("an address");
    assert!(TcpStream::connect(&address).is_ok(), "the server runs");
    child.kill().expect("a signal");
    let _ = child.wait();
    let start = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "a server that remains would run until the system stops"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
