//! `store copy`: keys stay valid in both directions, and nothing is copied over another store.

use std::path::Path;

use keystile_test_postgres::TestDatabase;
use serde_json::Value;

use crate::fixture::{CliFixture, CliOutput, ENVIRONMENT};
use crate::postgres_fixture::{PostgresFixture, error};

fn copy(fixture: &PostgresFixture, from: &str, to: &str) -> CliOutput {
    let args = ["store", "copy", "--from", from, "--to", to, "--json"];
    fixture.run_at("", &args, "")
}

fn copied(fixture: &PostgresFixture, from: &str, to: &str) -> Value {
    let output = copy(fixture, from, to);
    assert_eq!(output.exit_code, Some(0), "{}", output.stderr);
    output.json()
}

fn verify(fixture: &PostgresFixture, store: &str, key: &str) -> String {
    let args = ["verify", "--env", ENVIRONMENT];
    fixture.run_at(store, &args, key).stdout
}

/// Returns what a store says about its keys, gateways, and their history.
fn contents(fixture: &PostgresFixture, store: &str) -> Vec<Value> {
    let key = &["key", "list", "--env", ENVIRONMENT][..];
    [
        key,
        &["project", "list"],
        &["env", "list"],
        &["gateway", "show", "--env", ENVIRONMENT],
        &["key", "history", "ci", "--env", ENVIRONMENT],
    ]
    .map(|args| {
        let output = fixture.run_at(store, &[args, &["--json"]].concat(), "");
        assert_eq!(output.exit_code, Some(0), "{args:?}: {}", output.stderr);
        output.json()
    })
    .to_vec()
}

#[test]
fn keys_stay_valid_in_a_copy_on_postgres_and_back_in_a_folder() {
    // The environment of the folder.
    let cli = CliFixture::new();
    let folder = cli.store_path();
    let folder = folder.to_str().unwrap();
    let key = cli.create_key("ci", &["--write", "--expires", "30d", "--owner", "Anna"]);
    let revoked = cli.create_key("revoked", &[]);
    let paused = cli.create_key("paused", &[]);
    cli.run_ok(&["key", "revoke", "revoked", "--env", ENVIRONMENT, "--yes"]);
    cli.run_ok(&["key", "disable", "paused", "--env", ENVIRONMENT]);
    cli.run_ok(&["gateway", "edit", "--env", ENVIRONMENT, "--port", "17433"]);
    let fixture = PostgresFixture::without_store();
    let (database, second) = (fixture.database.url(), TestDatabase::create());
    let back = fixture.cli.store_path();
    let back = back.to_str().unwrap();

    let first = copied(&fixture, folder, &database);
    assert_eq!(first["copied"], true, "{first}");
    assert_eq!(first["rows"]["keys"], 3, "{first}");
    assert_eq!(first["source_changed"], false, "{first}");
    copied(&fixture, &database, &second.url());
    copied(&fixture, &second.url(), back);

    let expected = contents(&fixture, folder);
    for store in [&database, &second.url(), back] {
        assert_eq!(verify(&fixture, store, &key), "allowed: ci\n", "{store}");
        assert_eq!(
            verify(&fixture, store, &revoked),
            "denied: revoked\n",
            "{store}"
        );
        assert_eq!(
            verify(&fixture, store, &paused),
            "denied: disabled\n",
            "{store}"
        );
        assert_eq!(contents(&fixture, store), expected, "{store}");
        let checked = fixture.run_at(store, &["store", "check"], "");
        assert_eq!(checked.exit_code, Some(0), "{store}: {}", checked.stdout);
    }
    assert_eq!(
        std::fs::read(Path::new(folder).join("install.key")).unwrap(),
        std::fs::read(Path::new(back).join("install.key")).unwrap(),
        "the install key goes along"
    );
    // Both go on by themselves.
    for store in [&database, back] {
        let args = [
            "key",
            "create",
            "--env",
            ENVIRONMENT,
            "--name",
            "new",
            "--print",
        ];
        let created = fixture.run_at(store, &args, "");
        let new = created.stdout.trim_end();
        assert_eq!(verify(&fixture, store, new), "allowed: new\n", "{store}");
        assert_eq!(
            verify(&fixture, folder, new),
            "denied: unknown_key\n",
            "the source is another store"
        );
    }
}

#[test]
fn second_copy_changes_nothing_and_a_changed_store_is_refused() {
    let fixture = PostgresFixture::without_store();
    let cli = CliFixture::new();
    let folder = cli.store_path();
    let (folder, database) = (folder.to_str().unwrap(), fixture.database.url());
    let first = copied(&fixture, folder, &database);
    let again = copied(&fixture, folder, &database);
    assert_eq!(
        (&again["copied"], &again["rows"]["audit"]),
        (&Value::Bool(false), &first["rows"]["audit"]),
        "the copy is complete"
    );
    cli.run_ok(&["project", "create", "Later"]);
    let older = error(&copy(&fixture, folder, &database));
    assert_eq!(older["code"], "target_older", "{older}");
    let newer = error(&copy(&fixture, &database, folder));
    assert_eq!(newer["code"], "target_newer", "{newer}");
    fixture.run_ok(&["project", "create", "Elsewhere"]);
    let other = error(&copy(&fixture, folder, &database));
    assert_eq!(
        other["code"], "target_not_empty",
        "both were changed: {other}"
    );
}

#[test]
fn target_with_another_store_is_refused_and_not_changed() {
    let fixture = PostgresFixture::new();
    let cli = CliFixture::new();
    let folder = cli.store_path();
    let (folder, database) = (folder.to_str().unwrap(), fixture.database.url());
    let before = fixture.run_ok(&["project", "list", "--json"]).stdout;
    for (from, to) in [(folder, database.as_str()), (&database, folder)] {
        let refused = error(&copy(&fixture, from, to));
        assert_eq!(refused["code"], "target_not_empty", "{to}: {refused}");
    }
    assert_eq!(
        fixture.run_ok(&["project", "list", "--json"]).stdout,
        before
    );
    let empty = PostgresFixture::without_store();
    empty.run_ok(&["store", "init"]);
    let refused = error(&copy(&empty, folder, &empty.database.url()));
    assert_eq!(
        refused["code"], "target_not_empty",
        "it has an install key that other machines may have: {refused}"
    );
}

#[test]
fn store_with_a_changed_audit_row_is_not_copied() {
    let fixture = PostgresFixture::new();
    fixture.database.run_sql(
        "ALTER TABLE keystile.audit DISABLE TRIGGER USER;
         UPDATE keystile.audit SET detail = '{}' WHERE seq = 1",
    );
    let target = fixture.cli.store_path();
    let refused = copy(&fixture, &fixture.database.url(), target.to_str().unwrap());
    let refused = error(&refused);
    assert_eq!(refused["code"], "damaged_source", "{refused}");
    assert!(!target.exists(), "nothing is created");
}

#[test]
fn copy_without_the_install_key_of_the_source_is_refused() {
    let fixture = PostgresFixture::new();
    let other = fixture.state_path().with_file_name("other-machine");
    let target = fixture.cli.store_path();
    let (from, to) = (fixture.database.url(), target.to_str().unwrap());
    let args = ["store", "copy", "--from", &from, "--to", to, "--json"];
    let refused = error(&fixture.run_in(&other, "", &args, ""));
    assert_eq!(refused["code"], "no_install_key", "{refused}");
    assert!(
        refused["message"].as_str().unwrap().starts_with("Source: "),
        "it must say which of the two: {refused}"
    );
}

#[test]
fn copy_with_db_is_a_usage_error() {
    let cli = CliFixture::new();
    let output = cli.run(&["store", "copy", "--from", "a", "--to", "b"]);
    assert_eq!(output.exit_code, Some(2), "{}", output.stderr);
}
