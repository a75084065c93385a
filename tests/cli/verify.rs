//! `verify -`: exit codes that a script can branch on, and every decision honoured by the next call.

use crate::fixture::{CliFixture, ENVIRONMENT};

const VERIFY: [&str; 4] = ["verify", "-", "--env", ENVIRONMENT];

#[test]
fn exit_codes_tell_accepted_refused_and_failed_apart() {
    let cli = CliFixture::new();
    let reader = cli.create_key("reader", &[]);
    let writer = cli.create_key("writer", &["--write"]);
    let writing = [&VERIFY[..], &["--write"]].concat();
    for (key, words, code, said) in [
        (reader.as_str(), &VERIFY[..], 0, "accepted: reader\n"),
        (&reader, &writing, 3, "refused: insufficient_scope\n"),
        (&writer, &writing, 0, "accepted: writer\n"),
        ("nonsense", &VERIFY, 3, "refused: invalid_key\n"),
        ("", &VERIFY, 3, "refused: invalid_key\n"),
    ] {
        let answer = cli.run_with_stdin(key, words);
        assert_eq!(
            (answer.exit_code, answer.stdout.as_str()),
            (Some(code), said),
            "{words:?}: {}",
            answer.stderr
        );
    }
    let nowhere = cli.run_with_stdin(&reader, &["verify", "-", "--env", "Acme Shop/nowhere"]);
    assert_eq!(nowhere.exit_code, Some(1), "no answer is not a refusal");
    let argument = cli.run_with_stdin("", &["verify", &reader, "--env", ENVIRONMENT]);
    assert_eq!(argument.exit_code, Some(1), "a key is never an argument");
}

#[test]
fn a_line_end_after_the_key_is_not_part_of_it() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    for end in ["\n", "\r\n", ""] {
        let said = cli.run_with_stdin(&format!("{key}{end}"), &VERIFY);
        assert_eq!(said.exit_code, Some(0), "`echo` adds one: {end:?}");
    }
}

#[test]
fn disable_enable_and_revoke_are_honoured_by_the_next_check() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let which = ["ci", "--env", ENVIRONMENT];
    for (verb, more, code, said) in [
        ("disable", &[][..], 3, "refused: disabled\n"),
        ("enable", &[], 0, "accepted: ci\n"),
        ("revoke", &["--yes"], 3, "refused: revoked\n"),
    ] {
        cli.run_ok(&[&["key", verb], &which[..], more].concat());
        let answer = cli.run_with_stdin(&key, &VERIFY);
        assert_eq!(
            (answer.exit_code, answer.stdout.as_str()),
            (Some(code), said),
            "after {verb}"
        );
    }
}

#[test]
fn the_owner_learns_whose_key_it_is_and_nothing_from_a_malformed_one() {
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
fn a_key_on_the_command_line_is_refused_and_not_repeated() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let said = cli.run(&["verify", &key, "--env", ENVIRONMENT]);
    assert_eq!(said.exit_code, Some(1));
    assert!(
        !said.stderr.contains(&key) && said.stderr.contains("standard input"),
        "what is refused ends up in logs, so it must not hold the key: {}",
        said.stderr
    );
}
