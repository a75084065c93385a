//! A store in a folder that is thrown away, and the program on it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const ENVIRONMENT: &str = "Acme Shop/staging";

pub(crate) struct CliFixture(TempDir);

/// What the program answered.
pub(crate) struct CliOutput {
    pub(crate) exit_code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl CliOutput {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("one JSON value on standard output")
    }
}

impl From<Output> for CliOutput {
    fn from(output: Output) -> Self {
        Self {
            exit_code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl CliFixture {
    /// A store that nobody has opened yet.
    pub(crate) fn without_store() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Acme Shop / staging.
    pub(crate) fn new() -> Self {
        let cli = Self::without_store();
        cli.run_ok(&["project", "create", "Acme Shop"]);
        cli.run_ok(&["env", "create", ENVIRONMENT]);
        cli
    }

    pub(crate) fn store_path(&self) -> PathBuf {
        self.0.path().join("store")
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = self.command_without_store(words);
        command.arg("--db").arg(self.store_path());
        command
    }

    /// As [`CliFixture::command`], without the store.
    pub(crate) fn command_without_store(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystile"));
        command.args(words);
        command.env_remove("KEYSTILE_DB").env_remove("KEYSTILE_ENV");
        // No keychain of whoever runs the tests.
        command.env_remove("DBUS_SESSION_BUS_ADDRESS");
        command.env("XDG_RUNTIME_DIR", self.0.path());
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> CliOutput {
        self.command(words).output().unwrap().into()
    }

    /// What must work for the test to mean anything.
    pub(crate) fn run_ok(&self, words: &[&str]) -> CliOutput {
        let said = self.run(words);
        assert_eq!(said.exit_code, Some(0), "{words:?}: {}", said.stderr);
        said
    }

    /// With this on standard input.
    pub(crate) fn run_with_stdin(&self, input: &str, words: &[&str]) -> CliOutput {
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
    pub(crate) fn create_key(&self, name: &str, more: &[&str]) -> String {
        let words = [
            "key",
            "create",
            "--env",
            ENVIRONMENT,
            "--name",
            name,
            "--print",
        ];
        self.run_ok(&[&words, more].concat())
            .stdout
            .trim_end()
            .to_owned()
    }

    /// The keys of the environment, newest first.
    pub(crate) fn list_keys(&self) -> Vec<Value> {
        let listed = self.run_ok(&["key", "list", "--env", ENVIRONMENT, "--json"]);
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
