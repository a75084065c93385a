//! `key create`: the one moment at which a key is text.

use std::process::Stdio;

use crate::world::{ENVIRONMENT, World};

const CREATE: [&str; 6] = ["key", "create", "--env", ENVIRONMENT, "--name", "ci"];

#[test]
fn the_key_stands_alone_on_standard_output() {
    let world = World::new();
    let said = world.must(&[&CREATE[..], &["--print"]].concat());
    let key = said.out.strip_suffix('\n').expect("one line");
    assert!(
        key.starts_with("ks_stag_") && !key.contains(char::is_whitespace),
        "nothing but the key, so that a script can take it as it is"
    );
    assert!(
        said.err.contains("cannot show it again"),
        "what a person must know stands beside it: {}",
        said.err
    );
    let secret = key.rsplit('_').next().unwrap();
    assert!(!said.err.contains(secret), "and is not the key again");
    assert_eq!(
        world.keys()[0]["state"],
        "active",
        "it was written, so it is claimed"
    );
}

#[test]
fn a_key_is_not_printed_into_a_pipe_unasked() {
    let world = World::new();
    let said = world.say(&CREATE);
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(1), ""),
        "a redirect into a log must not catch a key"
    );
    assert!(said.err.contains("--print"), "{}", said.err);
    assert!(world.keys().is_empty(), "no key was made for nothing");
}

#[test]
#[cfg(target_os = "linux")]
fn a_key_that_could_not_be_written_is_discarded() {
    let world = World::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = world
        .command(&[&CREATE[..], &["--print"]].concat())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "a script must notice");
    assert_eq!(
        world.keys()[0]["state"],
        "discarded",
        "a key that nobody has opens nothing"
    );
}

#[test]
fn a_key_whose_reader_has_gone_is_discarded() {
    let world = World::new();
    let mut child = world
        .command(&[&CREATE[..], &["--print"]].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(
        child.wait().unwrap().code(),
        Some(1),
        "a script must notice"
    );
    assert_eq!(
        world.keys()[0]["state"],
        "discarded",
        "a key that nobody has opens nothing"
    );
}

#[test]
fn a_key_is_never_put_into_json() {
    let world = World::new();
    let said = world.say(&[&CREATE[..], &["--print", "--json"]].concat());
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(said.err.contains("key_is_not_json"), "{}", said.err);
}

#[test]
fn a_key_that_the_keychain_does_not_take_is_not_printed() {
    let world = World::new();
    let said = world.say(&[&CREATE[..], &["--print", "--keychain"]].concat());
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(1), ""),
        "both were asked for, so neither happens: {}",
        said.err
    );
    assert_eq!(world.keys()[0]["state"], "discarded", "{}", said.err);
}
