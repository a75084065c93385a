//! A PostgreSQL database, and the program `keystile` on it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keystile_test_postgres::TestDatabase;
use serde_json::Value;

use crate::fixture::{CliFixture, CliOutput, ENVIRONMENT};

/// An empty database, and a folder for the files of this machine.
pub(crate) struct PostgresFixture {
    pub(crate) database: TestDatabase,
    pub(crate) cli: CliFixture,
}

impl PostgresFixture {
    /// Creates a database without a store.
    pub(crate) fn without_store() -> Self {
        Self {
            database: TestDatabase::create(),
            cli: CliFixture::without_store(),
        }
    }

    /// Creates a store with the environment [`ENVIRONMENT`].
    pub(crate) fn new() -> Self {
        Self::on(TestDatabase::create())
    }

    /// Creates a store with the environment [`ENVIRONMENT`] in a database.
    pub(crate) fn on(database: TestDatabase) -> Self {
        let fixture = Self {
            database,
            cli: CliFixture::without_store(),
        };
        fixture.run_ok(&["store", "init"]);
        fixture.run_ok(&["project", "create", "Acme Shop"]);
        fixture.run_ok(&["env", "create", ENVIRONMENT]);
        fixture
    }

    /// Returns the folder of the files of this machine.
    pub(crate) fn state_path(&self) -> PathBuf {
        self.cli.store_path().with_file_name("state")
    }

    /// Returns the file of the install key.
    pub(crate) fn install_key(&self) -> PathBuf {
        let mut folders = std::fs::read_dir(self.state_path()).unwrap();
        let folder = folders.next().expect("a folder of the store").unwrap();
        folder.path().join("install.key")
    }

    /// Runs the program on the database.
    pub(crate) fn run(&self, args: &[&str]) -> CliOutput {
        self.run_at(&self.database.url(), args, "")
    }

    /// Runs the program at this address with this standard input.
    pub(crate) fn run_at(&self, address: &str, args: &[&str], input: &str) -> CliOutput {
        self.run_in(&self.state_path(), address, args, input)
    }

    /// Returns a command at this address.
    pub(crate) fn command_at(&self, address: &str, args: &[&str]) -> Command {
        self.command_in(&self.state_path(), address, args)
    }

    fn command_in(&self, state: &Path, address: &str, args: &[&str]) -> Command {
        let mut command = self.cli.command_without_store(args);
        if args[..2] != ["store", "copy"] {
            command.args(["--db", address]);
        }
        command
            .env("KEYSTILE_STATE", state)
            .env_remove("KEYSTILE_INSTALL_KEY")
            .env_remove("KEYSTILE_INSTALL_KEY_FILE");
        command
    }

    /// Runs the program as on another machine, whose files are in `state`.
    pub(crate) fn run_in(
        &self,
        state: &Path,
        address: &str,
        args: &[&str],
        input: &str,
    ) -> CliOutput {
        let mut child = self
            .command_in(state, address, args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that fails earlier does not read its input.
        let _unread = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }

    /// Runs the program and asserts that it succeeds.
    pub(crate) fn run_ok(&self, args: &[&str]) -> CliOutput {
        let output = self.run(args);
        assert_eq!(output.exit_code, Some(0), "{args:?}: {}", output.stderr);
        output
    }

    /// Creates a key and returns it as printed.
    pub(crate) fn create_key(&self, name: &str) -> String {
        let args = ["key", "create", "--env", ENVIRONMENT, "--name", name];
        let output = self.run_ok(&[&args[..], &["--print"]].concat());
        output.stdout.trim_end().to_owned()
    }

    /// Verifies a key, and returns what is printed.
    pub(crate) fn verify(&self, key: &str) -> String {
        let args = ["verify", "--env", ENVIRONMENT];
        self.run_at(&self.database.url(), &args, key).stdout
    }
}

/// Returns the error that a command with `--json` printed.
pub(crate) fn error(output: &CliOutput) -> Value {
    assert_eq!(output.exit_code, Some(1), "the command must fail");
    let line = output.stderr.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|_| panic!("{} is no error", output.stderr))
}

/// Returns the finding of a check in the output of `store check --json`.
pub(crate) fn finding(output: &CliOutput, check: &str) -> Value {
    let findings = output.json();
    let mut findings = findings.as_array().unwrap().iter();
    let found = findings.find(|finding| finding["check"] == check);
    found
        .unwrap_or_else(|| panic!("{check} in {}", output.stdout))
        .clone()
}
