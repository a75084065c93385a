//! `key create`: the one moment at which a key is text.

use std::process::Stdio;

use crate::fixture::{CliFixture, ENVIRONMENT};

const CREATE: [&str; 6] = ["key", "create", "--env", ENVIRONMENT, "--name", "ci"];

#[test]
fn the_key_stands_alone_on_standard_output() {
    let cli = CliFixture::new();
    let said = cli.run_ok(&[&CREATE[..], &["--print"]].concat());
    let key = said.stdout.strip_suffix('\n').expect("one line");
    assert!(
        key.starts_with("ks_stag_") && !key.contains(char::is_whitespace),
        "nothing but the key, so that a script can take it as it is"
    );
    assert!(
        said.stderr.contains("cannot show it again"),
        "what a person must know stands beside it: {}",
        said.stderr
    );
    let secret = key.rsplit('_').next().unwrap();
    assert!(!said.stderr.contains(secret), "and is not the key again");
    assert_eq!(
        cli.list_keys()[0]["state"],
        "active",
        "it was written, so it is claimed"
    );
}

#[test]
fn a_key_is_not_printed_into_a_pipe_unasked() {
    let cli = CliFixture::new();
    let said = cli.run(&CREATE);
    assert_eq!(
        (said.exit_code, said.stdout.as_str()),
        (Some(1), ""),
        "a redirect into a log must not catch a key"
    );
    assert!(said.stderr.contains("--print"), "{}", said.stderr);
    assert!(cli.list_keys().is_empty(), "no key was made for nothing");
}

#[test]
#[cfg(target_os = "linux")]
fn a_key_that_could_not_be_written_is_discarded() {
    let cli = CliFixture::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = cli
        .command(&[&CREATE[..], &["--print"]].concat())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "a script must notice");
    assert_eq!(
        cli.list_keys()[0]["state"],
        "discarded",
        "a key that nobody has opens nothing"
    );
}

#[test]
fn a_key_whose_reader_has_gone_is_discarded() {
    let cli = CliFixture::new();
    let mut child = cli
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
        cli.list_keys()[0]["state"],
        "discarded",
        "a key that nobody has opens nothing"
    );
}

#[test]
fn a_key_is_never_put_into_json() {
    let cli = CliFixture::new();
    let said = cli.run(&[&CREATE[..], &["--print", "--json"]].concat());
    assert_eq!((said.exit_code, said.stdout.as_str()), (Some(1), ""));
    assert!(said.stderr.contains("key_is_not_json"), "{}", said.stderr);
}

#[test]
fn a_key_that_the_keychain_does_not_take_is_not_printed() {
    let cli = CliFixture::new();
    let said = cli.run(&[&CREATE[..], &["--print", "--keychain"]].concat());
    assert_eq!(
        (said.exit_code, said.stdout.as_str()),
        (Some(1), ""),
        "both were asked for, so neither happens: {}",
        said.stderr
    );
    assert!(
        cli.list_keys().is_empty(),
        "no key is made that could only be discarded: {}",
        said.stderr
    );
    assert!(
        said.stderr.contains("leave --keychain out"),
        "{}",
        said.stderr
    );
}

#[cfg(unix)]
#[test]
fn key_is_written_to_a_new_file_that_only_its_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;

    let cli = CliFixture::new();
    let file = cli.store_path().join("key.txt");
    let out = ["--out", file.to_str().unwrap()];
    let said = cli.run_ok(&[&CREATE[..], &out, &["--json"]].concat());
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(
        mode & 0o777,
        0o600,
        "others on the machine must not read it"
    );
    let key = std::fs::read_to_string(&file).unwrap();
    let verified = cli.run_with_stdin(&key, &["verify", "--env", ENVIRONMENT]);
    assert_eq!(verified.exit_code, Some(0), "{}", verified.stderr);
    assert_eq!(said.json()["id"], cli.list_keys()[0]["id"]);
    assert!(
        !said.stdout.contains(key.trim().rsplit('_').next().unwrap()),
        "the key is nowhere but in the file"
    );

    let again = [&CREATE[..5], &["other"], &out].concat();
    let said = cli.run(&again);
    assert!(
        said.exit_code == Some(1) && said.stderr.contains("is not overwritten"),
        "{}",
        said.stderr
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), key);
    assert_eq!(cli.list_keys().len(), 1, "no key was made for nothing");
}

#[test]
fn file_for_a_key_that_was_not_issued_is_removed() {
    let cli = CliFixture::new();
    let file = cli.store_path().join("key.txt");
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
    assert_eq!(cli.run(&words).exit_code, Some(1));
    assert!(!file.exists(), "an empty file would look like a key");
}

#[cfg(unix)]
#[test]
fn key_is_not_created_when_standard_output_leads_nowhere() {
    let cli = CliFixture::new();
    let said: crate::fixture::CliOutput = cli
        .command(&[&CREATE[..], &["--print"]].concat())
        .stdout(Stdio::null())
        .output()
        .unwrap()
        .into();
    assert_eq!(said.exit_code, Some(1), "{}", said.stderr);
    assert!(
        cli.list_keys().is_empty(),
        "a live key that nobody has would be left"
    );
}
