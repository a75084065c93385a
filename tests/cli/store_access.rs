//! Which machines and users may change a store on PostgreSQL: those with the install key, and by role.

use keystile_test_postgres::TestDatabase;

use crate::fixture::{CliOutput, ENVIRONMENT};
use crate::postgres_fixture::{PostgresFixture, error, finding};
use crate::running::{Running, status_line};

/// Tries to create a key with the name `new`.
fn create_key(run: impl Fn(&[&str]) -> CliOutput, fixture: &PostgresFixture) -> CliOutput {
    let file = fixture.state_path().with_file_name("new.key");
    let create = ["key", "create", "--env", ENVIRONMENT, "--name", "new"];
    let output = run(&[&create[..], &["--out", file.to_str().unwrap(), "--json"]].concat());
    assert_eq!(
        file.exists(),
        output.exit_code == Some(0),
        "no key is written that does not work"
    );
    output
}

/// Creates a user with a random name, to which a role is granted.
fn create_user(database: &TestDatabase, role: &str) -> String {
    let name = format!("{role}_{}", database.name());
    database.run_sql(&format!("CREATE ROLE {name} LOGIN"));
    database.run_sql(&format!("GRANT {role} TO {name}"));
    name
}

#[test]
fn machine_with_another_install_key_is_refused() {
    let fixture = PostgresFixture::new();
    std::fs::write(fixture.install_key(), [7; 32]).unwrap();
    let refused = error(&fixture.run(&["project", "list", "--json"]));
    assert_eq!(refused["code"], "other_install_key", "{refused}");
    std::fs::write(fixture.install_key(), [7; 31]).unwrap();
    let refused = error(&fixture.run(&["project", "list", "--json"]));
    assert_eq!(refused["code"], "invalid_install_key", "{refused}");
}

#[test]
fn machine_without_install_key_verifies_and_cannot_write() {
    let fixture = PostgresFixture::new();
    let key = fixture.create_key("ci");
    let other = fixture.state_path().with_file_name("other-machine");
    let address = fixture.database.url();
    let run = |args: &[&str]| fixture.run_in(&other, &address, args, &key);
    let verified = run(&["verify", "--env", ENVIRONMENT]);
    assert_eq!(verified.stdout, "allowed: ci\n", "{}", verified.stderr);
    let refused = error(&create_key(run, &fixture));
    assert_eq!(refused["code"], "no_install_key", "{refused}");
    let checked = run(&["store", "check", "--json"]);
    assert_eq!(checked.exit_code, Some(0), "{}", checked.stdout);
    for check in ["install key", "audit"] {
        assert_eq!(
            finding(&checked, check)["status"],
            "note",
            "{}",
            checked.stdout
        );
    }
}

#[test]
fn user_with_the_role_of_a_verifier_verifies_and_cannot_issue() {
    let fixture = PostgresFixture::new();
    let key = fixture.create_key("ci");
    // Twice, because an operator repeats it.
    fixture.run_ok(&["store", "roles", "--apply"]);
    fixture.run_ok(&["store", "roles", "--apply"]);
    let user = create_user(&fixture.database, "keystile_verifier");
    let address = fixture.database.url_as(&user);
    let run = |args: &[&str]| fixture.run_at(&address, args, &key);
    let verified = run(&["verify", "--env", ENVIRONMENT]);
    assert_eq!(
        (verified.stdout.as_str(), verified.stderr.as_str()),
        ("allowed: ci\n", ""),
        "one check needs no other privilege"
    );
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let mut service = Running::spawn(&mut fixture.command_at(&address, &serve));
    let service_address = service.service_address();
    let path = "GET /v1/auth/envoy/Acme%20Shop/staging/-/products";
    assert_eq!(
        status_line(&service_address, path, &key),
        "HTTP/1.1 200 OK",
        "a service registers itself as a verifier"
    );
    service.terminate();
    let listed = run(&["key", "list", "--env", ENVIRONMENT, "--json"]).json();
    assert_eq!(
        listed[0]["allowed"], 1,
        "its usage counts are stored: {listed}"
    );
    let refused = error(&create_key(run, &fixture));
    assert_eq!(refused["code"], "missing_privilege", "{refused}");
    let revoked = error(&run(&[
        "key",
        "revoke",
        "ci",
        "--env",
        ENVIRONMENT,
        "--yes",
        "--json",
    ]));
    assert_eq!(revoked["code"], "missing_privilege", "{revoked}");
    let checked = run(&["store", "check", "--json"]);
    let privileges = finding(&checked, "privileges");
    assert_eq!(privileges["status"], "ok", "{privileges}");
    assert!(
        privileges["message"]
            .as_str()
            .unwrap()
            .contains("cannot change"),
        "{privileges}"
    );
}

#[test]
fn user_with_the_role_of_an_issuer_issues_and_cannot_change_audit_rows() {
    let fixture = PostgresFixture::new();
    fixture.run_ok(&["store", "roles", "--apply"]);
    let user = create_user(&fixture.database, "keystile_issuer");
    let address = fixture.database.url_as(&user);
    let run = |args: &[&str]| fixture.run_at(&address, args, "");
    for args in [
        &["project", "create", "Other"][..],
        &["env", "create", "Other/production"],
        &["gateway", "edit", "--env", ENVIRONMENT, "--port", "17432"],
    ] {
        let output = run(args);
        assert_eq!(output.exit_code, Some(0), "{args:?}: {}", output.stderr);
    }
    let created = create_key(run, &fixture);
    assert_eq!(created.exit_code, Some(0), "{}", created.stderr);
    let args = ["key", "revoke", "new", "--env", ENVIRONMENT, "--yes"];
    let revoked = run(&args);
    assert_eq!(revoked.exit_code, Some(0), "{}", revoked.stderr);
    let granted = fixture.database.run_sql(&format!(
        "SELECT has_table_privilege('{user}', 'keystile.audit', 'UPDATE'),
                has_table_privilege('{user}', 'keystile.audit', 'DELETE'),
                has_table_privilege('{user}', 'keystile.keys', 'DELETE')"
    ));
    assert_eq!(granted, "f|f|f", "the past cannot be changed");
}

#[test]
fn user_with_the_role_of_an_auditor_only_reads() {
    let fixture = PostgresFixture::new();
    fixture.create_key("ci");
    fixture.run_ok(&["store", "roles", "--apply"]);
    let user = create_user(&fixture.database, "keystile_auditor");
    let address = fixture.database.url_as(&user);
    let run = |args: &[&str]| fixture.run_at(&address, args, "");
    let listed = run(&["key", "list", "--env", ENVIRONMENT, "--json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    let refused = error(&create_key(run, &fixture));
    assert_eq!(refused["code"], "missing_privilege", "{refused}");
    let checked = run(&["store", "check", "--json"]);
    assert_eq!(checked.exit_code, Some(0), "{}", checked.stdout);
    assert_eq!(
        finding(&checked, "audit")["status"],
        "ok",
        "the log can be verified"
    );
    assert_eq!(finding(&checked, "privileges")["status"], "note");
    let written = fixture.database.run_sql(
        "SELECT count(*) FROM information_schema.role_table_grants
          WHERE grantee = 'keystile_auditor' AND privilege_type <> 'SELECT'",
    );
    assert_eq!(written, "0", "an auditor has no other privilege");
}

#[test]
fn user_without_a_role_is_refused() {
    let fixture = PostgresFixture::new();
    let name = format!("stranger_{}", fixture.database.name());
    fixture
        .database
        .run_sql(&format!("CREATE ROLE {name} LOGIN"));
    let address = fixture.database.url_as(&name);
    let refused = error(&fixture.run_at(&address, &["project", "list", "--json"], ""));
    assert_eq!(refused["code"], "missing_privilege", "{refused}");
}
