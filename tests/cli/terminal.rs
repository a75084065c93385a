//! `key create` where a person sits at a terminal, and where the program dies before anybody has read the key.
#![cfg(unix)]

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::fixture::{CliFixture, ENVIRONMENT};

const CREATE: [&str; 6] = ["key", "create", "--env", ENVIRONMENT, "--name", "ci"];

/// A terminal: the side of whoever looks at it, and that of the program.
fn terminal() -> (std::fs::File, std::fs::File) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let path = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let theirs = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    (ours.into(), theirs)
}

/// Everything up to the end of the program.
fn read_all(mut terminal: std::fs::File) -> String {
    let mut seen = Vec::new();
    // Linux says EIO when the last program at the terminal has ended.
    let _ended = terminal.read_to_end(&mut seen);
    String::from_utf8(seen).unwrap()
}

#[test]
fn at_a_terminal_the_key_is_printed_without_being_asked_for() {
    let cli = CliFixture::new();
    let (ours, theirs) = terminal();
    let mut child = cli
        .command(&CREATE)
        .stdout(theirs)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let seen = read_all(ours);
    assert_eq!(child.wait().unwrap().code(), Some(0), "{seen}");
    assert!(
        seen.starts_with("ks_stag_"),
        "whoever sits there sees it: {seen}"
    );
    assert_eq!(cli.list_keys()[0]["state"], "active");
}

#[test]
fn at_a_terminal_revoking_asks_and_no_means_no() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    for (answer, state) in [("n\n", "active"), ("y\n", "revoked")] {
        let (mut ours, theirs) = terminal();
        let mut child = cli
            .command(&["key", "revoke", "ci", "--env", ENVIRONMENT])
            .stdin(theirs.try_clone().unwrap())
            .stderr(theirs)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        ours.write_all(answer.as_bytes()).unwrap();
        let seen = read_all(ours);
        let code = child.wait().unwrap().code();
        assert!(seen.contains("Revoke ci? This cannot be undone."), "{seen}");
        assert_eq!(code, Some(i32::from(answer == "n\n")), "{seen}");
        assert_eq!(cli.list_keys()[0]["state"], state, "{answer}: {seen}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn at_a_terminal_verify_reads_one_line_and_does_not_show_it() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let (mut ours, theirs) = terminal();
    // The terminal must be that of the program's session, as it is for a person.
    let verify = cli.command(&["verify", "--env", ENVIRONMENT]);
    let child = Command::new("setsid")
        .args(["--ctty", "--wait"])
        .arg(verify.get_program())
        .args(verify.get_args())
        .stdin(theirs.try_clone().unwrap())
        .stdout(Stdio::piped())
        .stderr(theirs)
        .spawn()
        .unwrap();
    let mut seen = String::new();
    while !seen.contains("press Enter") {
        let mut some = [0; 256];
        let count = ours.read(&mut some).unwrap();
        seen.push_str(std::str::from_utf8(&some[..count]).unwrap());
    }
    // It says so just before it switches the echo off.
    std::thread::sleep(Duration::from_millis(300));
    ours.write_all(format!("{key}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(0), &b"accepted: ci\n"[..]),
        "a person has no other way to end the input than to know about Ctrl+D"
    );
    seen.push_str(&read_all(ours));
    assert!(
        !seen.contains(&key),
        "a key must not stay on the screen: {seen}"
    );
}

/// A pipe that takes nothing more until somebody reads.
fn full_pipe() -> (OwnedFd, OwnedFd) {
    let (reader, writer) = rustix::pipe::pipe().unwrap();
    let flags = fcntl_getfl(&writer).unwrap();
    fcntl_setfl(&writer, flags | OFlags::NONBLOCK).unwrap();
    while rustix::io::write(&writer, &[b' '; 512]).is_ok() {}
    while rustix::io::write(&writer, b" ").is_ok() {}
    fcntl_setfl(&writer, flags).unwrap();
    (reader, writer)
}

#[test]
fn a_key_whose_program_was_killed_before_it_was_read_is_unclaimed() {
    let cli = CliFixture::new();
    for millis in [50, 100, 200, 400, 800] {
        let (_reader, writer) = full_pipe();
        let name = format!("ci-{millis}");
        let mut child = cli
            .command(&[
                "key",
                "create",
                "--env",
                ENVIRONMENT,
                "--name",
                &name,
                "--print",
            ])
            .stdout(writer)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // No promise is measured by this: wherever the program is by then, it dies there.
        std::thread::sleep(Duration::from_millis(millis));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let keys = cli.list_keys();
    assert!(
        !keys.is_empty(),
        "a key is committed before it is printed, and 800 ms are enough for that"
    );
    for key in keys {
        assert_eq!(
            key["state"], "unclaimed",
            "whichever Keystile looks next ends what nobody has read: {key}"
        );
    }
}
