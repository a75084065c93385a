//! Commands on a terminal, and `key create` killed before its output is read.
#![cfg(unix)]

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
#[cfg(target_os = "linux")]
use rustix::termios::{LocalModes, tcgetattr};

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
    assert!(
        seen.starts_with("ks_staging_"),
        "the key is displayed: {seen}"
    );
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
    while tcgetattr(&user)
        .unwrap()
        .local_modes
        .contains(LocalModes::ECHO)
    {
        std::thread::yield_now();
    }
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

/// Starts `key create` with an output that no one reads.
fn create_without_reader(cli: &CliFixture) -> (Child, OwnedFd) {
    let (reader, writer) = full_pipe();
    let child = cli
        .command(&[&CREATE[..], &["--print"]].concat())
        .stdout(writer)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    (child, reader)
}

#[test]
fn key_of_killed_create_is_unclaimed() {
    // The key is pending from its commit until its write times out. A kill during the commit or after the timeout is
    // repeated with another delay.
    for attempt in 0..20 {
        let cli = CliFixture::new();
        let database = cli.store_path().join("keystile.db");
        let modified = || std::fs::metadata(&database).unwrap().modified().unwrap();
        let before = modified();
        let (mut child, _reader) = create_without_reader(&cli);
        while modified() == before {
            let is_running = child.try_wait().unwrap().is_none();
            assert!(
                is_running || modified() != before,
                "`key create` must commit a key before it ends"
            );
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(10 * attempt));
        child.kill().unwrap();
        child.wait().unwrap();
        let keys = cli.list_keys();
        let state = keys.first().map(|key| key["state"].as_str().unwrap());
        if state == Some("unclaimed") {
            return;
        }
        assert!(
            matches!(state, None | Some("discarded")),
            "a key that was not read must not be active: {state:?}"
        );
    }
    panic!("the next Keystile process must end a pending key of a dead process");
}
