//! The README's commands for the terminal, run one after the other as they are printed: whoever has nothing but a terminal
//! gets from nothing to a guarded request, and from there to their own API.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Ended with the test, however it ends.
struct Running {
    line: String,
    child: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// The commands between two headings, each with the comment behind it.
fn commands(readme: &str) -> Vec<(String, String)> {
    let from = readme.split("\n## In the terminal\n").nth(1).unwrap();
    let part = from.split("\n### Over HTTP\n").next().unwrap();
    let blocks = part.split("\n```sh\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("\n```").next().unwrap_or_default().lines());
    lines
        .map(|line| {
            let (command, comment) = line.split_once(" #").unwrap_or((line, ""));
            (command.trim().to_owned(), comment.trim().to_owned())
        })
        .collect()
}

fn shell(home: &Path, line: &str) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_keystile"));
    let beside = program.parent().unwrap().display().to_string();
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(home);
    command.env("PATH", format!("{beside}:{path}"));
    command.env("HOME", home).env("XDG_RUNTIME_DIR", home);
    command.env_remove("XDG_DATA_HOME");
    // No keychain of whoever runs the tests.
    command.env_remove("DBUS_SESSION_BUS_ADDRESS");
    command.stdin(Stdio::null());
    command
}

/// Starts what keeps running, and reads where it answers.
fn start(home: &Path, line: &str, on_any_port: &str) -> (Running, String) {
    let mut child = shell(home, &format!("exec {line} {on_any_port}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut first)
        .unwrap();
    let address = first
        .split("http://")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next())
        .unwrap_or_else(|| panic!("{line}: {first}"))
        .to_owned();
    let line = line.to_owned();
    (Running { line, child }, address)
}

#[test]
fn the_readmes_commands_lead_from_nothing_to_a_guarded_request_in_their_order() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let readme = include_str!("../../README.md");
    let mut running: Vec<Running> = Vec::new();
    let mut gateway = String::new();
    let mut statuses = Vec::new();
    for (command, comment) in commands(readme) {
        let is_started = running.iter().any(|running| running.line == command);
        // These have a test of their own, or nothing to do with an environment.
        if command.starts_with("cargo ") || command == "keystile demo" || is_started {
            continue;
        }
        // Another program may have the port that the README names.
        if command.starts_with("keystile gateway run ") {
            let (started, address) = start(home, &command, "--port 0");
            running.push(started);
            gateway = address;
            continue;
        }
        if command.starts_with("keystile serve") {
            running.push(start(home, &command, "--listen 0").0);
            continue;
        }
        let mut line = command.replace("127.0.0.1:7420", &gateway);
        if line.starts_with("keystile key revoke ") {
            // It asks, and nobody is there.
            line += " --yes";
        }
        let said = shell(home, &line).output().unwrap();
        assert!(
            said.status.success(),
            "{line} must work after what stands above it: {}",
            String::from_utf8_lossy(&said.stderr)
        );
        if line.contains("curl ") {
            let out = String::from_utf8_lossy(&said.stdout);
            let status = out.split(' ').nth(1).unwrap_or_default().to_owned();
            assert_eq!(status, comment, "{line} gets what is printed beside it");
            statuses.push(status);
        }
    }
    assert_eq!(
        statuses,
        ["200", "403", "401"],
        "a key passes, may not write, and passes no more once it is revoked"
    );
    assert_eq!(running.len(), 2, "the gateway and the service were run");
}
