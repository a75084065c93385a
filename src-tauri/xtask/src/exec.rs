//! Finds and runs other programs. They get no terminal input unless a person can answer.

use std::ffi::OsStr;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// Returns whether this runs on a build machine.
pub(crate) fn is_ci() -> bool {
    std::env::var_os("CI").is_some()
}

/// Returns whether a person can answer a question.
pub(crate) fn is_interactive() -> bool {
    !is_ci() && std::io::stdin().is_terminal()
}

/// Returns the cargo that started this program, without the variables that describe this package.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// Returns a command that runs npm.
pub(crate) fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// Finds a program in `PATH`, or by its absolute path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    which::which(name).ok()
}

/// Prints a command and runs it with its output on the terminal.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    println!("$ {}", display(command));
    if !is_interactive() {
        command.stdin(Stdio::null());
    }
    let status = command.status().with_context(|| not_started(command))?;
    if !status.success() {
        bail!("`{}` failed ({status}).", display(command));
    }
    Ok(())
}

/// Runs a program without its output and returns whether it succeeds.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a program and returns its standard output.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| not_started(command))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{}` failed ({}): {}",
            display(command),
            output.status,
            stderr.trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Formats a command as one would type it.
pub(crate) fn display(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

fn not_started(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    format!("Cannot start {program}. Install it, or add it to PATH")
}
