//! A store in a folder that is thrown away, and the program on it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const ENVIRONMENT: &str = "Acme Shop/staging";

pub(crate) struct World(TempDir);

/// What the program answered.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).expect("one JSON value on standard output")
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl World {
    /// A store that nobody has opened yet.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Acme Shop / staging.
    pub(crate) fn new() -> Self {
        let world = Self::empty();
        world.must(&["project", "create", "Acme Shop"]);
        world.must(&["env", "create", ENVIRONMENT]);
        world
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.0.path().join("store")
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = self.without_db(words);
        command.arg("--db").arg(self.store());
        command
    }

    /// As [`World::command`], without the store.
    pub(crate) fn without_db(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystile"));
        command.args(words);
        command.env_remove("KEYSTILE_DB").env_remove("KEYSTILE_ENV");
        // No keychain of whoever runs the tests.
        command.env_remove("DBUS_SESSION_BUS_ADDRESS");
        command.env("XDG_RUNTIME_DIR", self.0.path());
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn say(&self, words: &[&str]) -> Said {
        self.command(words).output().unwrap().into()
    }

    /// What must work for the test to mean anything.
    pub(crate) fn must(&self, words: &[&str]) -> Said {
        let said = self.say(words);
        assert_eq!(said.code, Some(0), "{words:?}: {}", said.err);
        said
    }

    /// With this on standard input.
    pub(crate) fn tell(&self, input: &str, words: &[&str]) -> Said {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// A new key of the environment, as it was printed.
    pub(crate) fn key(&self, name: &str, more: &[&str]) -> String {
        let words = [
            "key",
            "create",
            "--env",
            ENVIRONMENT,
            "--name",
            name,
            "--print",
        ];
        self.must(&[&words, more].concat())
            .out
            .trim_end()
            .to_owned()
    }

    /// The keys of the environment, newest first.
    pub(crate) fn keys(&self) -> Vec<Value> {
        let listed = self.must(&["key", "list", "--env", ENVIRONMENT, "--json"]);
        listed.json().as_array().unwrap().clone()
    }
}

/// Panics unless a process is forbidden to write its memory to a core file.
#[cfg(target_os = "linux")]
pub(crate) fn assert_no_core_files(process: u32) {
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(),
        ["0", "0"],
        "a crash must not write keys to a file"
    );
}
