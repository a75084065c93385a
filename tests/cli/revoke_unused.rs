//! `key revoke --unused`.

use std::time::Duration;

use crate::fixture::{CliFixture, ENVIRONMENT};

const REVOKE: [&str; 6] = ["key", "revoke", "--env", ENVIRONMENT, "--unused", "3s"];

#[test]
fn unused_keys_are_listed_by_dry_run_and_then_revoked() {
    let cli = CliFixture::new();
    for name in ["batch", "ci"] {
        cli.create_key(name, &[]);
    }
    std::thread::sleep(Duration::from_millis(3_100));
    cli.create_key("new", &[]);
    let dry_run = cli.run_ok(&[&REVOKE[..], &["--dry-run"]].concat());
    assert_eq!(
        dry_run.stderr,
        format!("Would revoke 2 unused keys of {ENVIRONMENT}. Nothing was changed.\n")
    );
    let listed = |text: &str| ["batch", "ci", "new"].map(|name| text.contains(name));
    assert_eq!(listed(&dry_run.stdout), [true, true, false]);
    let refused = cli.run(&REVOKE);
    assert_eq!(refused.exit_code, Some(1), "{}", refused.stderr);
    assert_eq!(
        refused.stderr,
        format!(
            "Refusing to revoke 2 unused keys of {ENVIRONMENT} without confirmation.\nAdd --yes.\n"
        )
    );
    let revoked = cli.run_ok(&[&REVOKE[..], &["--yes", "--json"]].concat());
    let keys = revoked.json();
    let keys = keys.as_array().unwrap();
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert_eq!(key["state"], "revoked");
        assert_eq!(key["revoke_reason"], "unused");
    }
    let states: Vec<_> = cli
        .list_keys()
        .iter()
        .map(|key| key["state"].clone())
        .collect();
    assert_eq!(states, ["active", "revoked", "revoked"]);
}

#[test]
fn environment_without_unused_keys_is_left_unchanged() {
    let cli = CliFixture::new();
    cli.create_key("new", &[]);
    let args = ["--unused", "90d", "--env", ENVIRONMENT, "--yes"];
    let output = cli.run_ok(&[&["key", "revoke"], &args[..]].concat());
    assert_eq!(
        output.stderr,
        format!("No key of {ENVIRONMENT} was unused for this time.\n")
    );
    assert_eq!(cli.list_keys()[0]["state"], "active");
}

#[test]
fn unused_keys_and_a_key_are_not_revoked_together() {
    let cli = CliFixture::new();
    let output = cli.run(&[&REVOKE[..], &["ci"]].concat());
    assert_eq!(output.exit_code, Some(2), "{}", output.stderr);
    let output = cli.run(&["key", "revoke", "ci", "--env", ENVIRONMENT, "--dry-run"]);
    assert_eq!(output.exit_code, Some(2), "{}", output.stderr);
}
