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
    assert!(
        world.keys().is_empty(),
        "no key is made that could only be discarded: {}",
        said.err
    );
    assert!(said.err.contains("leave --keychain out"), "{}", said.err);
}

#[cfg(unix)]
#[test]
fn key_is_written_to_a_new_file_that_only_its_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::new();
    let file = world.store().join("key.txt");
    let out = ["--out", file.to_str().unwrap()];
    let said = world.must(&[&CREATE[..], &out, &["--json"]].concat());
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(
        mode & 0o777,
        0o600,
        "others on the machine must not read it"
    );
    let key = std::fs::read_to_string(&file).unwrap();
    let verified = world.tell(&key, &["verify", "--env", ENVIRONMENT]);
    assert_eq!(verified.code, Some(0), "{}", verified.err);
    assert_eq!(said.json()["id"], world.keys()[0]["id"]);
    assert!(
        !said.out.contains(key.trim().rsplit('_').next().unwrap()),
        "the key is nowhere but in the file"
    );

    let again = [&CREATE[..5], &["other"], &out].concat();
    let said = world.say(&again);
    assert!(
        said.code == Some(1) && said.err.contains("is not overwritten"),
        "{}",
        said.err
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), key);
    assert_eq!(world.keys().len(), 1, "no key was made for nothing");
}

#[test]
fn file_for_a_key_that_was_not_issued_is_removed() {
    let world = World::new();
    let file = world.store().join("key.txt");
    let words = [
        "key",
        "create",
        "--env",
        "Acme Shop/nowhere",
        "--name",
        "ci",
        "--out",
        file.to_str().unwrap(),
    ];
    assert_eq!(world.say(&words).code, Some(1));
    assert!(!file.exists(), "an empty file would look like a key");
}

#[cfg(unix)]
#[test]
fn key_is_not_created_when_standard_output_leads_nowhere() {
    let world = World::new();
    let said: crate::world::Said = world
        .command(&[&CREATE[..], &["--print"]].concat())
        .stdout(Stdio::null())
        .output()
        .unwrap()
        .into();
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(
        world.keys().is_empty(),
        "a live key that nobody has would be left"
    );
}
