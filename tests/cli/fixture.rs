//! A store in a temporary directory, and the program `keystile` on it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const ENVIRONMENT: &str = "Acme Shop/staging";

pub(crate) struct CliFixture(TempDir);

/// The exit code and the output of the program.
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
    /// Creates a fixture whose store does not exist yet.
    pub(crate) fn without_store() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Creates a store with the environment [`ENVIRONMENT`].
    pub(crate) fn new() -> Self {
        let cli = Self::without_store();
        cli.run_ok(&["project", "create", "Acme Shop"]);
        cli.run_ok(&["env", "create", ENVIRONMENT]);
        cli
    }

    /// Returns the path of the store's directory.
    pub(crate) fn store_path(&self) -> PathBuf {
        self.0.path().join("store")
    }

    /// Returns a command with `--db`.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.command_without_store(args);
        command.arg("--db").arg(self.store_path());
        command
    }

    /// Returns a command without `--db`.
    pub(crate) fn command_without_store(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystile"));
        command.args(args);
        command.env_remove("KEYSTILE_DB").env_remove("KEYSTILE_ENV");
        // The keychain of the user who runs the tests must not be used.
        command.env_remove("DBUS_SESSION_BUS_ADDRESS");
        command.env("XDG_RUNTIME_DIR", self.0.path());
        command.stdin(Stdio::null());
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, args: &[&str]) -> CliOutput {
        self.command(args).output().unwrap().into()
    }

    /// Runs the program and asserts that it succeeds.
    pub(crate) fn run_ok(&self, args: &[&str]) -> CliOutput {
        let output = self.run(args);
        assert_eq!(output.exit_code, Some(0), "{args:?}: {}", output.stderr);
        output
    }

    /// Runs the program with this standard input.
    pub(crate) fn run_with_stdin(&self, input: &str, args: &[&str]) -> CliOutput {
        let mut child = self
            .command(args)
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

    /// Creates a key and returns it as printed.
    pub(crate) fn create_key(&self, name: &str, options: &[&str]) -> String {
        let args = [
            "key",
            "create",
            "--env",
            ENVIRONMENT,
            "--name",
            name,
            "--print",
        ];
        self.run_ok(&[&args, options].concat())
            .stdout
            .trim_end()
            .to_owned()
    }

    /// Returns the keys of the environment, newest first.
    pub(crate) fn list_keys(&self) -> Vec<Value> {
        let listed = self.run_ok(&["key", "list", "--env", ENVIRONMENT, "--json"]);
        listed.json().as_array().unwrap().clone()
    }
}

/// Asserts that a process cannot write a core file.
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
        "a core file could contain keys"
    );
}
