//! `store init`, `check`, and `migrate`, and the errors of stores on PostgreSQL.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use keystile_test_postgres::{PostgresServer, ServerOptions, TestDatabase, TransactionPooler};

use crate::fixture::ENVIRONMENT;
use crate::postgres_fixture::{PostgresFixture, error, finding};

#[test]
fn store_init_creates_a_store_only_once() {
    let fixture = PostgresFixture::without_store();
    let missing = fixture.run(&["project", "create", "Acme Shop", "--json"]);
    let missing = error(&missing);
    assert_eq!(missing["code"], "store_missing", "{missing}");
    assert!(
        missing["advice"]
            .as_str()
            .unwrap()
            .contains("keystile store init"),
        "the advice must be the command that creates it: {missing}"
    );
    let created = fixture.run_ok(&["store", "init", "--json"]).json();
    let file = created["install_key_file"].as_str().unwrap();
    assert_eq!(file, fixture.install_key().to_str().unwrap());
    let metadata = std::fs::metadata(file).unwrap();
    assert_eq!(
        (metadata.len(), metadata.permissions().mode() & 0o777),
        (32, 0o600),
        "only its owner may read the key"
    );
    let again = error(&fixture.run(&["store", "init", "--json"]));
    assert_eq!(
        again["code"], "store_exists",
        "a store must not be replaced"
    );
    fixture.run_ok(&["project", "create", "Acme Shop"]);
    fixture.run_ok(&["env", "create", ENVIRONMENT]);
    let key = fixture.create_key("ci");
    assert_eq!(fixture.verify(&key), "allowed: ci\n");
}

#[test]
fn store_init_in_a_folder_is_a_usage_error() {
    let fixture = PostgresFixture::without_store();
    for command in ["init", "migrate"] {
        let output = fixture.cli.run(&["store", command, "--json"]);
        assert_eq!(output.exit_code, Some(2), "{}", output.stderr);
        assert!(output.stderr.contains("not_postgres"), "{}", output.stderr);
    }
    assert!(!fixture.cli.store_path().exists(), "no store is created");
    let missing = error(&fixture.cli.run(&["store", "check", "--json"]));
    assert_eq!(
        missing["code"], "no_store",
        "a missing store is not a good one"
    );
}

#[test]
fn store_check_of_a_new_store_finds_no_problem() {
    let fixture = PostgresFixture::new();
    let output = fixture.run_ok(&["store", "check", "--json"]);
    for check in [
        "server",
        "schema",
        "install key",
        "privileges",
        "commits",
        "standbys",
        "audit",
        "usage",
        "requests",
        "clock",
    ] {
        assert_eq!(finding(&output, check)["status"], "ok", "{}", output.stdout);
    }
    let migrated = fixture.run_ok(&["store", "migrate", "--json"]).json();
    assert_eq!(migrated["schema_version"], 1, "it is up to date already");
}

#[test]
fn store_check_reports_commits_that_a_crash_can_undo() {
    let fixture = PostgresFixture::new();
    let name = fixture.database.name();
    fixture.database.run_sql(&format!(
        "ALTER DATABASE {name} SET synchronous_commit = off"
    ));
    let output = fixture.run(&["store", "check", "--json"]);
    assert_eq!(output.exit_code, Some(1), "a revocation could be undone");
    assert_eq!(finding(&output, "commits")["status"], "bad");
}

#[test]
fn changed_audit_row_is_found_by_store_check() {
    let fixture = PostgresFixture::new();
    fixture.database.run_sql(
        "ALTER TABLE keystile.audit DISABLE TRIGGER USER;
         UPDATE keystile.audit SET actor = 'other' WHERE seq = 2",
    );
    let output = fixture.run(&["store", "check", "--json"]);
    assert_eq!(output.exit_code, Some(1), "{}", output.stdout);
    let audit = finding(&output, "audit");
    assert_eq!(audit["status"], "bad", "{audit}");
    assert!(
        audit["message"].as_str().unwrap().contains("Row 2"),
        "{audit}"
    );
}

#[test]
fn store_with_a_newer_schema_is_refused() {
    let fixture = PostgresFixture::new();
    fixture
        .database
        .run_sql("UPDATE keystile.deployment SET min_program = 99");
    for command in [&["project", "list"][..], &["store", "migrate"]] {
        let refused = error(&fixture.run(&[command, &["--json"]].concat()));
        assert_eq!(refused["code"], "unsupported_schema", "{command:?}");
    }
    let output = fixture.run(&["store", "check", "--json"]);
    let server = finding(&output, "server");
    assert!(
        server["message"].as_str().unwrap().contains("99"),
        "{server}"
    );
}

#[test]
fn store_with_an_older_schema_is_refused_until_it_is_migrated() {
    let fixture = PostgresFixture::new();
    fixture
        .database
        .run_sql("UPDATE keystile.deployment SET schema_version = 0");
    let refused = error(&fixture.run(&["project", "list", "--json"]));
    assert_eq!(refused["code"], "old_schema");
    assert!(
        refused["advice"]
            .as_str()
            .unwrap()
            .contains("keystile store migrate"),
        "{refused}"
    );
}

#[test]
fn connection_errors_have_a_code_and_contain_no_password() {
    let options = ServerOptions::default().password("right");
    let server = PostgresServer::start_with(&options);
    let database = TestDatabase::create_on(&server);
    let fixture = PostgresFixture::without_store();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed_address = closed.local_addr().unwrap();
    drop(closed);
    for (address, code) in [
        (database.url_as("postgres:hunter2"), "wrong_password"),
        (
            format!("postgres://postgres:hunter2@{closed_address}/test"),
            "server_unreachable",
        ),
        (
            "postgres://postgres:hunter2@127.0.0.1:port/test".to_owned(),
            "invalid_address",
        ),
        (server.url("no_such_database"), "database_missing"),
    ] {
        let output = fixture.run_at(&address, &["project", "list", "--json"], "");
        assert_eq!(error(&output)["code"], code, "{}", output.stderr);
        assert!(
            !output.stderr.contains("hunter2") && !output.stderr.contains("right"),
            "logs and screens must not show a password: {}",
            output.stderr
        );
    }
}

#[test]
fn suggested_command_repeats_the_address_without_its_password() {
    let options = ServerOptions::default().password("hunter2");
    let server = PostgresServer::start_with(&options);
    let database = TestDatabase::create_on(&server);
    let fixture = PostgresFixture::without_store();
    let address = format!("{}?sslmode=disable", database.url());
    let output = fixture.run_at(&address, &["store", "init"], "");
    assert_eq!(output.exit_code, Some(0), "{}", output.stderr);
    assert!(
        output.stderr.contains("keystile store roles --db ")
            && output.stderr.contains("sslmode=disable"),
        "the command must reach the same store: {}",
        output.stderr
    );
    assert!(!output.stderr.contains("hunter2"), "{}", output.stderr);
}

#[test]
fn password_of_a_file_or_a_variable_is_used() {
    let options = ServerOptions::default().password("right");
    let server = PostgresServer::start_with(&options);
    let database = TestDatabase::create_on(&server);
    let fixture = PostgresFixture::without_store();
    let address = database.url_as("postgres");
    let file = fixture.state_path().with_file_name("pgpass");
    std::fs::write(&file, "*:*:*:postgres:right\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    for (variable, value, command) in [
        ("PGPASSFILE", file.to_str().unwrap(), "init"),
        ("PGPASSWORD", "right", "check"),
    ] {
        let mut command = fixture.command_at(&address, &["store", command]);
        let output = command.env(variable, value).output().unwrap();
        assert!(output.status.success(), "{variable}: {output:?}");
    }
}

#[test]
fn transaction_pooler_is_an_error_that_names_it() {
    let server = PostgresServer::start();
    let database = TestDatabase::create_on(&server);
    let fixture = PostgresFixture::without_store();
    let created = fixture.run_at(&database.url(), &["store", "init"], "");
    assert_eq!(created.exit_code, Some(0), "{}", created.stderr);
    let pooler = TransactionPooler::start(&server);
    let address = database.url_at(pooler.address());
    // The first commands may get server connections that no other command has used.
    let failed = (0..10)
        .map(|_| fixture.run_at(&address, &["project", "list", "--json"], ""))
        .find(|output| output.exit_code != Some(0))
        .expect("prepared statements of several programs on one server connection");
    assert_eq!(error(&failed)["code"], "transaction_pooler");
}

/// Sends what a server of version 13 sends to a client that connects.
fn serve_version_13(listener: &TcpListener) {
    let (mut client, _) = listener.accept().unwrap();
    let mut startup = [0; 1024];
    let _startup = client.read(&mut startup).unwrap();
    let mut reply = b"R\0\0\0\x08\0\0\0\0".to_vec();
    for (name, value) in [("server_version", "13.1"), ("client_encoding", "UTF8")] {
        let length = u32::try_from(4 + name.len() + value.len() + 2).unwrap();
        reply.push(b'S');
        reply.extend(length.to_be_bytes());
        reply.extend(format!("{name}\0{value}\0").bytes());
    }
    reply.extend(b"Z\0\0\0\x05I");
    client.write_all(&reply).unwrap();
    // Until the client closes the connection.
    let _closed = client.read(&mut startup);
}

#[test]
fn old_server_is_refused_with_its_version() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || serve_version_13(&listener));
    let fixture = PostgresFixture::without_store();
    let address = format!("postgres://postgres@{address}/test?sslmode=disable");
    let refused = fixture.run_at(&address, &["project", "list", "--json"], "");
    let refused = error(&refused);
    assert_eq!(refused["code"], "unsupported_server", "{refused}");
    assert!(
        refused["message"].as_str().unwrap().contains("13"),
        "{refused}"
    );
}
