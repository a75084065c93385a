//! `verify -`: exit codes that a script can branch on, and every decision honoured by the next call.

use crate::world::{ENVIRONMENT, World};

const VERIFY: [&str; 4] = ["verify", "-", "--env", ENVIRONMENT];

#[test]
fn exit_codes_tell_accepted_refused_and_failed_apart() {
    let world = World::new();
    let reader = world.key("reader", &[]);
    let writer = world.key("writer", &["--write"]);
    let writing = [&VERIFY[..], &["--write"]].concat();
    for (key, words, code, said) in [
        (reader.as_str(), &VERIFY[..], 0, "accepted: reader\n"),
        (&reader, &writing, 3, "refused: insufficient_scope\n"),
        (&writer, &writing, 0, "accepted: writer\n"),
        ("nonsense", &VERIFY, 3, "refused: invalid_key\n"),
        ("", &VERIFY, 3, "refused: invalid_key\n"),
    ] {
        let answer = world.tell(key, words);
        assert_eq!(
            (answer.code, answer.out.as_str()),
            (Some(code), said),
            "{words:?}: {}",
            answer.err
        );
    }
    let nowhere = world.tell(&reader, &["verify", "-", "--env", "Acme Shop/nowhere"]);
    assert_eq!(nowhere.code, Some(1), "no answer is not a refusal");
    let argument = world.tell("", &["verify", &reader, "--env", ENVIRONMENT]);
    assert_eq!(argument.code, Some(1), "a key is never an argument");
}

#[test]
fn a_line_end_after_the_key_is_not_part_of_it() {
    let world = World::new();
    let key = world.key("ci", &[]);
    for end in ["\n", "\r\n", ""] {
        let said = world.tell(&format!("{key}{end}"), &VERIFY);
        assert_eq!(said.code, Some(0), "`echo` adds one: {end:?}");
    }
}

#[test]
fn disable_enable_and_revoke_are_honoured_by_the_next_check() {
    let world = World::new();
    let key = world.key("ci", &[]);
    let which = ["ci", "--env", ENVIRONMENT];
    for (verb, more, code, said) in [
        ("disable", &[][..], 3, "refused: disabled\n"),
        ("enable", &[], 0, "accepted: ci\n"),
        ("revoke", &["--yes"], 3, "refused: revoked\n"),
    ] {
        world.must(&[&["key", verb], &which[..], more].concat());
        let answer = world.tell(&key, &VERIFY);
        assert_eq!(
            (answer.code, answer.out.as_str()),
            (Some(code), said),
            "after {verb}"
        );
    }
}

#[test]
fn the_owner_learns_whose_key_it_is_and_nothing_from_a_malformed_one() {
    let world = World::new();
    let key = world.key("ci", &[]);
    let json = [&VERIFY[..], &["--json"]].concat();
    let known = world.tell(&key, &json).json();
    assert_eq!(
        (&known["valid"], &known["name"], &known["project"]),
        (&true.into(), &"ci".into(), &"Acme Shop".into())
    );
    let other = world.key("other", &[]);
    let wrong = world.tell(&other[..other.len() - 1], &json).json();
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
    let world = World::new();
    let key = world.key("ci", &[]);
    let said = world.say(&["verify", &key, "--env", ENVIRONMENT]);
    assert_eq!(said.code, Some(1));
    assert!(
        !said.err.contains(&key) && said.err.contains("standard input"),
        "what is refused ends up in logs, so it must not hold the key: {}",
        said.err
    );
}
