//! `verify`: exit codes, JSON, and the key's state at each call.

use crate::fixture::{CliFixture, ENVIRONMENT};

const VERIFY: [&str; 4] = ["verify", "-", "--env", ENVIRONMENT];

#[test]
fn exit_codes_distinguish_allowed_denied_and_error() {
    let cli = CliFixture::new();
    let reader = cli.create_key("reader", &[]);
    let writer = cli.create_key("writer", &["--write"]);
    let writing = [&VERIFY[..], &["--write"]].concat();
    for (key, args, code, stdout) in [
        (reader.as_str(), &VERIFY[..], 0, "allowed: reader\n"),
        (&reader, &writing, 3, "denied: insufficient_scope\n"),
        (&writer, &writing, 0, "allowed: writer\n"),
        ("nonsense", &VERIFY, 3, "denied: invalid_key\n"),
    ] {
        let output = cli.run_with_stdin(key, args);
        assert_eq!(
            (output.exit_code, output.stdout.as_str()),
            (Some(code), stdout),
            "{args:?}: {}",
            output.stderr
        );
    }
    let unknown = cli.run_with_stdin(&reader, &["verify", "-", "--env", "Acme Shop/nowhere"]);
    assert_eq!(unknown.exit_code, Some(1), "an error is not a denial");
    let argument = cli.run_with_stdin("", &["verify", &reader, "--env", ENVIRONMENT]);
    assert_eq!(
        argument.exit_code,
        Some(2),
        "a key argument must be rejected"
    );
}

#[test]
fn input_without_exactly_one_key_is_a_usage_error() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    for (input, code) in [
        ("", "no_key"),
        ("\n \n", "no_key"),
        (&*format!("{key}\n{key}\n"), "multiple_lines"),
        (&*format!("{key}\n\nsecond"), "multiple_lines"),
    ] {
        let output = cli.run_with_stdin(input, &[&VERIFY[..], &["--json"]].concat());
        assert_eq!(
            (output.exit_code, output.stdout.as_str()),
            (Some(2), ""),
            "{code}: a denial would say that a key was checked"
        );
        let error: serde_json::Value = serde_json::from_str(&output.stderr).unwrap();
        assert_eq!(error["code"], code, "{error}");
        assert!(
            error["advice"].as_str().unwrap().contains("< key.txt")
                && !output.stderr.contains(&key),
            "{error}"
        );
    }
    let padded = cli.run_with_stdin(&format!("\n{key}\n\n"), &VERIFY);
    assert_eq!(
        padded.exit_code,
        Some(0),
        "empty lines are not keys: {}",
        padded.stderr
    );
}

#[test]
fn trailing_line_break_is_ignored() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    for line_break in ["\n", "\r\n", ""] {
        let output = cli.run_with_stdin(&format!("{key}{line_break}"), &VERIFY);
        assert_eq!(
            output.exit_code,
            Some(0),
            "`echo` appends a line break: {line_break:?}"
        );
    }
    for padded in [format!("\u{feff}{key}\r\n"), format!(" \t{key} ")] {
        let output = cli.run_with_stdin(&padded, &VERIFY);
        assert_eq!(
            output.exit_code,
            Some(0),
            "editors add a byte order mark, and copying adds spaces: {padded:?}"
        );
    }
}

#[test]
fn denied_key_that_the_user_can_correct_has_a_hint() {
    let cli = CliFixture::new();
    let reader = cli.create_key("reader", &[]);
    let writing = [&VERIFY[..], &["--write"]].concat();
    for (key, args, hint) in [
        (
            "nonsense",
            &VERIFY[..],
            "The key is incomplete or mistyped. Copy it again.\n",
        ),
        (
            &reader,
            &writing,
            "This key lacks the Write permission. Create a key with --write.\n",
        ),
        (&reader, &VERIFY, ""),
    ] {
        assert_eq!(cli.run_with_stdin(key, args).stderr, hint, "{args:?}");
    }
}

#[test]
fn file_argument_is_explained() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let file = cli.store_path().join("key.txt");
    std::fs::write(&file, &key).unwrap();
    let file = file.to_str().unwrap();
    let output = cli.run(&["verify", file, "--env", ENVIRONMENT]);
    assert_eq!(
        (output.exit_code, output.stderr.as_str()),
        (
            Some(2),
            format!(
                "{file} is a file.\nPass its content on standard input: keystile verify --env ENVIRONMENT < {file}\n"
            )
            .as_str()
        ),
        "the command expects the key on standard input"
    );
}

#[test]
fn disable_enable_and_revoke_apply_to_next_verification() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let key_args = ["ci", "--env", ENVIRONMENT];
    for (command, options, code, stdout) in [
        ("disable", &[][..], 3, "denied: disabled\n"),
        ("enable", &[], 0, "allowed: ci\n"),
        ("revoke", &["--yes"], 3, "denied: revoked\n"),
    ] {
        cli.run_ok(&[&["key", command], &key_args[..], options].concat());
        let output = cli.run_with_stdin(&key, &VERIFY);
        assert_eq!(
            (output.exit_code, output.stdout.as_str()),
            (Some(code), stdout),
            "after {command}"
        );
    }
}

#[test]
fn json_names_the_key_and_nothing_for_a_malformed_one() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let json = [&VERIFY[..], &["--json"]].concat();
    let known = cli.run_with_stdin(&key, &json).json();
    assert_eq!(
        (&known["valid"], &known["name"], &known["project"]),
        (&true.into(), &"ci".into(), &"Acme Shop".into())
    );
    let other = cli.create_key("other", &[]);
    let wrong = cli.run_with_stdin(&other[..other.len() - 1], &json).json();
    assert_eq!(
        (&wrong["valid"], &wrong["name"], &wrong["code"]),
        (
            &false.into(),
            &serde_json::Value::Null,
            &"invalid_key".into()
        )
    );
}

#[test]
fn key_argument_is_rejected_and_not_repeated() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let output = cli.run(&["verify", &key, "--env", ENVIRONMENT]);
    assert_eq!(output.exit_code, Some(2), "this is invalid usage");
    assert!(
        !output.stderr.contains(&key) && output.stderr.contains("standard input"),
        "error messages end up in logs and must not contain the key: {}",
        output.stderr
    );
}
