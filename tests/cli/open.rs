//! `open`: finds the desktop program and passes it a link. The window itself is tested in `window/link.rs`.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::fixture::CliOutput;

/// A home with a store in the default place, and a desktop program that writes its arguments to a file.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        for args in [
            &["project", "create", "Acme Shop"][..],
            &["env", "create", "Acme Shop/staging"],
        ] {
            let created: CliOutput = home.command(args).output().unwrap().into();
            assert_eq!(created.exit_code, Some(0), "{}", created.stderr);
        }
        home
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystile"));
        command
            .args(args)
            .env("HOME", self.path())
            .env("XDG_DATA_HOME", self.path().join("data"))
            .env("XDG_RUNTIME_DIR", self.path())
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("KEYSTILE_DB")
            .env_remove("KEYSTILE_ENV")
            .env_remove("KEYSTILE_DESKTOP");
        command
    }

    /// Creates a desktop program with this exit code.
    fn desktop(&self, exit_code: u8) -> PathBuf {
        let program = self.path().join("bin/keystile-desktop");
        std::fs::create_dir_all(program.parent().unwrap()).unwrap();
        let arguments = self.path().join("arguments");
        let script = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" > '{}'\nexit {exit_code}\n",
            arguments.display()
        );
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        program
    }

    /// Runs `open` with this desktop program.
    fn open(&self, program: &Path, args: &[&str]) -> CliOutput {
        let mut command = self.command(&[&["open"], args].concat());
        let output = command.env("KEYSTILE_DESKTOP", program).output();
        output.unwrap().into()
    }

    /// Returns the number of the desktop program's arguments and the arguments; `None` if it was not started.
    fn arguments(&self) -> Option<String> {
        std::fs::read_to_string(self.path().join("arguments")).ok()
    }
}

#[test]
fn open_passes_a_link_to_the_desktop_program() {
    let home = Home::new();
    let program = home.desktop(0);
    let opened = home.open(&program, &["acme shop/STAGING", "--tab", "gateway"]);
    assert_eq!(
        (opened.exit_code, opened.stderr.as_str()),
        (Some(0), "Opened Acme Shop/staging in Keystile.\n")
    );
    assert_eq!(
        home.arguments().as_deref(),
        Some("1\nkeystile://open/Acme%20Shop/staging/gateway\n"),
        "one argument: the names as they are stored"
    );
    let json = home.open(&program, &["Acme Shop/staging", "--json"]).json();
    assert_eq!(json["link"], "keystile://open/Acme%20Shop/staging");
}

#[test]
fn open_without_an_environment_starts_the_desktop_program() {
    let home = Home::new();
    let opened = home.open(&home.desktop(0), &[]);
    assert_eq!(
        (opened.exit_code, opened.stderr.as_str()),
        (Some(0), "Opened Keystile.\n")
    );
    assert_eq!(home.arguments().as_deref(), Some("0\n"));
}

#[test]
fn open_of_an_unknown_environment_starts_nothing() {
    let home = Home::new();
    let opened = home.open(&home.desktop(0), &["Acme Shop/production"]);
    assert_eq!(
        (opened.exit_code, opened.stderr.as_str()),
        (
            Some(1),
            "Environment not found: Acme Shop/production.\nList environments: keystile env list\n"
        )
    );
    assert_eq!(home.arguments(), None);
}

#[test]
fn open_refuses_a_store_that_the_window_does_not_show() {
    let home = Home::new();
    let program = home.desktop(0);
    let other = home.path().join("other");
    let opened = home.open(&program, &["--db", other.to_str().unwrap()]);
    assert_eq!(
        (opened.exit_code, opened.stderr),
        (
            Some(2),
            format!(
                "The window shows only the default store, not {}.\nOmit --db, and unset KEYSTILE_DB.\n",
                other.display()
            )
        )
    );
    assert_eq!(home.arguments(), None);
    let default = home.path().join("data/dev.keystile.desktop/store");
    let opened = home.open(&program, &["--db", default.to_str().unwrap()]);
    assert_eq!(opened.exit_code, Some(0), "the default store by its path");
}

#[test]
fn open_without_a_tab_of_that_name_is_a_usage_error() {
    let home = Home::new();
    let program = home.desktop(0);
    let unknown = home.open(&program, &["Acme Shop/staging", "--tab", "settings"]);
    assert_eq!(unknown.exit_code, Some(2), "{}", unknown.stderr);
    let alone = home.open(&program, &["--tab", "keys"]);
    assert_eq!(alone.exit_code, Some(2), "{}", alone.stderr);
    assert_eq!(home.arguments(), None);
}

#[test]
fn open_finds_the_desktop_program_in_path() {
    let home = Home::new();
    let folder = home.desktop(0).parent().unwrap().to_owned();
    // A copy, because the desktop program may have been built beside the original.
    let copy = home.path().join("keystile");
    std::fs::copy(env!("CARGO_BIN_EXE_keystile"), &copy).unwrap();
    let run = |path: &str| -> CliOutput {
        let mut command = Command::new(&copy);
        let original = home.command(&[]);
        for (name, value) in original.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.arg("open").env("PATH", path);
        command.output().unwrap().into()
    };
    let missing = run("/nonexistent");
    assert_eq!(
        (missing.exit_code, missing.stderr.as_str()),
        (
            Some(1),
            "The desktop program keystile-desktop was not found.\n\
             Install the Keystile package, or add the program's folder to PATH.\n"
        )
    );
    let found = run(&format!("{}:/usr/bin:/bin", folder.display()));
    assert_eq!(found.exit_code, Some(0), "{}", found.stderr);
    assert!(home.arguments().is_some(), "it must have been started");
}

#[test]
fn open_reports_a_desktop_program_that_does_not_start() {
    let home = Home::new();
    let program = home.desktop(1);
    let opened = home.open(&program, &[]);
    assert_eq!(
        (opened.exit_code, opened.stderr),
        (
            Some(1),
            format!(
                "{} did not start.\nRun it in a terminal of your desktop to see why.\n",
                program.display()
            )
        )
    );
}
