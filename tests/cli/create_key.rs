//! `key create`: where the key is written, and when it is discarded.

use std::process::Stdio;

use crate::fixture::{CliFixture, ENVIRONMENT};

const CREATE: [&str; 6] = ["key", "create", "--env", ENVIRONMENT, "--name", "ci"];

#[test]
fn key_is_the_only_output_on_stdout() {
    let cli = CliFixture::new();
    let output = cli.run_ok(&[&CREATE[..], &["--print"]].concat());
    let key = output
        .stdout
        .strip_suffix('\n')
        .expect("one line on standard output");
    assert!(
        key.starts_with("ks_staging_") && !key.contains(char::is_whitespace),
        "scripts use the output as the key"
    );
    assert!(
        output.stderr.contains("cannot show it again"),
        "the note must say that the key is shown once: {}",
        output.stderr
    );
    let secret = key.rsplit('_').next().unwrap();
    assert!(
        !output.stderr.contains(secret),
        "the note must not repeat the key"
    );
    assert_eq!(
        cli.list_keys()[0]["state"],
        "active",
        "a written key is claimed"
    );
}

#[test]
fn key_is_not_written_to_a_pipe_without_print() {
    let cli = CliFixture::new();
    let output = cli.run(&CREATE);
    assert_eq!(
        (output.exit_code, output.stdout.as_str()),
        (Some(1), ""),
        "a redirected log must not receive a key"
    );
    assert!(output.stderr.contains("--print"), "{}", output.stderr);
    assert!(cli.list_keys().is_empty(), "no unused key was issued");
}

#[test]
#[cfg(target_os = "linux")]
fn key_is_discarded_when_the_write_fails() {
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
    assert_eq!(output.status.code(), Some(1), "scripts must notice");
    assert_eq!(
        cli.list_keys()[0]["state"],
        "discarded",
        "a key that was not delivered must not be active"
    );
}

#[test]
fn key_is_discarded_when_the_pipe_is_closed() {
    let cli = CliFixture::new();
    let mut child = cli
        .command(&[&CREATE[..], &["--print"]].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1), "scripts must notice");
    assert_eq!(
        cli.list_keys()[0]["state"],
        "discarded",
        "a key that was not delivered must not be active"
    );
}

#[test]
fn json_without_out_is_rejected() {
    let cli = CliFixture::new();
    let output = cli.run(&[&CREATE[..], &["--print", "--json"]].concat());
    assert_eq!((output.exit_code, output.stdout.as_str()), (Some(2), ""));
    assert!(
        output.stderr.contains("json_unsupported"),
        "{}",
        output.stderr
    );
}

#[test]
fn key_is_not_issued_when_the_keychain_is_unavailable() {
    let cli = CliFixture::new();
    let output = cli.run(&[&CREATE[..], &["--print", "--keychain"]].concat());
    assert_eq!(
        (output.exit_code, output.stdout.as_str()),
        (Some(1), ""),
        "the key must be stored in both places or in none: {}",
        output.stderr
    );
    assert!(
        cli.list_keys().is_empty(),
        "no key was issued only to be discarded: {}",
        output.stderr
    );
    assert!(
        output.stderr.contains("omit --keychain"),
        "{}",
        output.stderr
    );
}

#[cfg(unix)]
#[test]
fn out_writes_a_new_file_with_mode_0600() {
    use std::os::unix::fs::PermissionsExt;

    let cli = CliFixture::new();
    let file = cli.store_path().join("key.txt");
    let out = ["--out", file.to_str().unwrap()];
    let output = cli.run_ok(&[&CREATE[..], &out, &["--json"]].concat());
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "other users must not read the key");
    let key = std::fs::read_to_string(&file).unwrap();
    let verified = cli.run_with_stdin(&key, &["verify", "--env", ENVIRONMENT]);
    assert_eq!(verified.exit_code, Some(0), "{}", verified.stderr);
    assert_eq!(output.json()["id"], cli.list_keys()[0]["id"]);
    assert!(
        !output
            .stdout
            .contains(key.trim().rsplit('_').next().unwrap()),
        "the key is only in the file"
    );

    let again = [&CREATE[..5], &["other"], &out].concat();
    let output = cli.run(&again);
    assert!(
        output.exit_code == Some(1) && output.stderr.contains("already exists"),
        "{}",
        output.stderr
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), key);
    assert_eq!(cli.list_keys().len(), 1, "no unused key was issued");
}

#[test]
fn out_file_is_removed_when_no_key_is_issued() {
    let cli = CliFixture::new();
    let file = cli.store_path().join("key.txt");
    let args = [
        "key",
        "create",
        "--env",
        "Acme Shop/nowhere",
        "--name",
        "ci",
        "--out",
        file.to_str().unwrap(),
    ];
    assert_eq!(cli.run(&args).exit_code, Some(1));
    assert!(!file.exists(), "no empty file must be left");
}

#[cfg(unix)]
#[test]
fn key_is_not_created_when_stdout_is_discarded() {
    let cli = CliFixture::new();
    let output: crate::fixture::CliOutput = cli
        .command(&[&CREATE[..], &["--print"]].concat())
        .stdout(Stdio::null())
        .output()
        .unwrap()
        .into();
    assert_eq!(output.exit_code, Some(1), "{}", output.stderr);
    assert!(
        cli.list_keys().is_empty(),
        "an active key without an owner would be left"
    );
}
