//! Commands on a terminal, and `key create` killed before its output is read.
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

/// Returns the two ends of a pseudoterminal: the user's and the program's.
fn terminal() -> (std::fs::File, std::fs::File) {
    let user = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&user).unwrap();
    unlockpt(&user).unwrap();
    let path = ptsname(&user, Vec::new()).unwrap().into_string().unwrap();
    let program = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    (user.into(), program)
}

/// Reads until the program exits.
fn read_all(mut terminal: std::fs::File) -> String {
    let mut seen = Vec::new();
    // Linux reports EIO when the other end is closed.
    let _ended = terminal.read_to_end(&mut seen);
    String::from_utf8(seen).unwrap()
}

#[test]
fn key_is_printed_to_a_terminal_without_print() {
    let cli = CliFixture::new();
    let (user, program) = terminal();
    let mut child = cli
        .command(&CREATE)
        .stdout(program)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let seen = read_all(user);
    assert_eq!(child.wait().unwrap().code(), Some(0), "{seen}");
    assert!(seen.starts_with("ks_stag_"), "the key is displayed: {seen}");
    assert_eq!(cli.list_keys()[0]["state"], "active");
}

#[test]
fn revoke_prompts_on_a_terminal_and_n_cancels() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    for (input, state) in [("n\n", "active"), ("y\n", "revoked")] {
        let (mut user, program) = terminal();
        let mut child = cli
            .command(&["key", "revoke", "ci", "--env", ENVIRONMENT])
            .stdin(program.try_clone().unwrap())
            .stderr(program)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        user.write_all(input.as_bytes()).unwrap();
        let seen = read_all(user);
        let code = child.wait().unwrap().code();
        assert!(
            seen.contains("Revoke key ci of Acme Shop/staging? This cannot be undone."),
            "{seen}"
        );
        assert_eq!(code, Some(i32::from(input == "n\n")), "{seen}");
        assert_eq!(cli.list_keys()[0]["state"], state, "{input}: {seen}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn verify_reads_a_line_from_a_terminal_without_echo() {
    let cli = CliFixture::new();
    let key = cli.create_key("ci", &[]);
    let (mut user, program) = terminal();
    // The terminal must be the controlling terminal of the program's session.
    let verify = cli.command(&["verify", "--env", ENVIRONMENT]);
    let child = Command::new("setsid")
        .args(["--ctty", "--wait"])
        .arg(verify.get_program())
        .args(verify.get_args())
        .stdin(program.try_clone().unwrap())
        .stdout(Stdio::piped())
        .stderr(program)
        .spawn()
        .unwrap();
    let mut seen = String::new();
    while !seen.contains("press Enter") {
        let mut some = [0; 256];
        let count = user.read(&mut some).unwrap();
        seen.push_str(std::str::from_utf8(&some[..count]).unwrap());
    }
    // The note is printed just before echo is disabled.
    std::thread::sleep(Duration::from_millis(300));
    user.write_all(format!("{key}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(0), &b"allowed: ci\n"[..]),
        "Enter must end the input"
    );
    seen.push_str(&read_all(user));
    assert!(
        !seen.contains(&key),
        "the key must not be displayed: {seen}"
    );
}

#[test]
fn terminal_shows_styles_and_relative_times_unless_no_color_is_set() {
    let cli = CliFixture::new();
    cli.create_key("ci", &[]);
    for (no_color, state) in [(None, "\u{1b}[32mactive\u{1b}[0m"), (Some("1"), "active")] {
        let (user, program) = terminal();
        let mut command = cli.command(&["key", "show", "ci", "--env", ENVIRONMENT]);
        command.env("TERM", "xterm").env_remove("CLICOLOR");
        command.env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR");
        command.envs(no_color.map(|value| ("NO_COLOR", value)));
        let mut child = command.stdout(program).spawn().unwrap();
        // The command keeps an end of the terminal open.
        drop(command);
        let output = read_all(user);
        assert_eq!(child.wait().unwrap().code(), Some(0), "{output}");
        assert!(
            output.contains(&format!("state        {state}\r\n"))
                && output.contains("created      just now\r\n"),
            "{no_color:?}: {output:?}"
        );
    }
}

/// Returns a pipe whose buffer is full.
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
fn key_of_killed_create_is_unclaimed() {
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
        // The delay only varies the moment of the kill.
        std::thread::sleep(Duration::from_millis(millis));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let keys = cli.list_keys();
    assert!(
        !keys.is_empty(),
        "the key is committed before it is printed, and 800 ms are enough"
    );
    for key in keys {
        assert_eq!(
            key["state"], "unclaimed",
            "the next Keystile process must end a key that was not read: {key}"
        );
    }
}
