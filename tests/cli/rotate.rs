//! `key rotate` and `key end-old-secret`.

use crate::fixture::{CliFixture, ENVIRONMENT};

const VERIFY: [&str; 4] = ["verify", "-", "--env", ENVIRONMENT];

fn code(cli: &CliFixture, key: &str) -> String {
    let output = cli.run_with_stdin(key, &[&VERIFY[..], &["--json"]].concat());
    output.json()["code"].as_str().unwrap().to_owned()
}

/// Rotates the key `ci` of [`ENVIRONMENT`] to a new file, and returns its content.
fn rotate(cli: &CliFixture, file: &str, overlap: &str) -> String {
    let path = cli.store_path().with_file_name(file);
    let out = path.to_str().unwrap();
    let rotate = ["key", "rotate", "ci", "--env", ENVIRONMENT];
    cli.run_ok(&[&rotate[..], &["--overlap", overlap, "--out", out]].concat());
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn old_secret_works_until_it_is_ended() {
    let cli = CliFixture::new();
    let old = cli.create_key("ci", &[]);
    let new = rotate(&cli, "new.txt", "24h");
    assert_ne!(old, new);
    assert_eq!(
        old.split('_').rev().nth(1),
        new.split('_').rev().nth(1),
        "the key id stays the same"
    );
    for key in [&old, &new] {
        assert_eq!(code(&cli, key), "allowed");
    }
    let show = ["key", "show", "ci", "--env", ENVIRONMENT];
    let shown = cli.run_ok(&show).stdout;
    assert!(shown.contains("\n  old secret   works until "), "{shown}");
    let end = ["key", "end-old-secret", "ci", "--env", ENVIRONMENT];
    cli.run_ok(&end);
    assert_eq!(code(&cli, &old), "rotated");
    assert_eq!(code(&cli, &new), "allowed");
    assert!(!cli.run_ok(&show).stdout.contains("old secret"));
    let again = cli.run(&end);
    assert!(
        again.exit_code == Some(1) && again.stderr.contains("no old secret"),
        "{}",
        again.stderr
    );
    let newest = rotate(&cli, "newest.txt", "0");
    assert_eq!(code(&cli, &new), "rotated");
    assert_eq!(code(&cli, &newest), "allowed");
}

#[test]
fn rotation_that_cannot_be_written_changes_nothing() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let existing = cli.store_path().with_file_name("existing.txt");
    std::fs::write(&existing, "kept").unwrap();
    let rotate = ["key", "rotate", "ci", "--env", ENVIRONMENT];
    let to_existing = ["--out", existing.to_str().unwrap()];
    for (options, message) in [
        (&[][..], "Standard output is not a terminal"),
        (&["--json"][..], "does not support --json"),
        (&to_existing[..], "existing.txt"),
        (&["--print", "--overlap", "91d"][..], "Invalid overlap"),
        (&["--print", "--overlap", "soon"][..], "Invalid value"),
    ] {
        let output = cli.run(&[&rotate[..], options].concat());
        assert!(
            output.exit_code != Some(0) && output.stderr.contains(message),
            "{options:?}: {}",
            output.stderr
        );
    }
    assert_eq!(std::fs::read_to_string(existing).unwrap(), "kept");
    assert_eq!(code(&cli, &key), "allowed");
    let history = cli.run_ok(&["key", "history", "ci", "--env", ENVIRONMENT]);
    assert!(!history.stdout.contains("rotation"), "{}", history.stdout);
}

#[test]
fn rotating_a_production_key_requires_its_name() {
    let cli = CliFixture::new();
    cli.run_ok(&["env", "create", "Acme Shop/production"]);
    let environment = ["--env", "Acme Shop/production"];
    cli.run_ok(
        &[
            &["key", "create", "--name", "ci", "--print"][..],
            &environment,
        ]
        .concat(),
    );
    let rotate = [&["key", "rotate", "ci", "--print"][..], &environment].concat();
    let refused = cli.run(&rotate);
    assert!(
        refused.exit_code == Some(1) && refused.stderr.contains("--confirm \"ci\""),
        "{}",
        refused.stderr
    );
    let rotated = cli.run_ok(&[&rotate[..], &["--confirm", "ci"]].concat());
    assert!(rotated.stdout.starts_with("ks_live_"), "{}", rotated.stderr);
}

#[test]
fn history_shows_pauses_overlaps_and_reasons() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    rotate(&cli, "new.txt", "24h");
    let key = ["ci", "--env", ENVIRONMENT];
    cli.run_ok(&[&["key", "disable"], &key[..], &["--for", "15m"]].concat());
    let id = cli.list_keys()[0]["id"].as_str().unwrap().to_owned();
    let reason = ["--reason", "leaked", "--note", "in a log", "--yes"];
    cli.run_ok(&[&["key", "revoke"], &key[..], &reason].concat());
    let history = cli.run_ok(&["key", "history", &id]).stdout;
    for expected in ["overlap: 24h", "until 20", "reason: leaked, note: in a log"] {
        assert!(history.contains(expected), "{expected}: {history}");
    }
}
