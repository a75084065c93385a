//! Starts other programs: loudly, quietly, or with their output read along.
//! Every verb uses it. It never waits for an answer from the person when there is nobody to give one.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, IsTerminal};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// Whether a question may be asked: somebody sits at the keyboard and this is no build machine.
pub(crate) fn may_ask() -> bool {
    std::env::var_os("CI").is_none() && std::io::stdin().is_terminal()
}

/// The cargo that started this program.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Cargo describes *this* package to the programs it runs; another cargo must not take that for its own.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// `npm` under the name this system gives it.
pub(crate) fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// The file a program's name stands for, looked up in `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let endings: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd", ""]
    } else {
        &[""]
    };
    std::env::split_paths(&path)
        .flat_map(|folder| {
            endings
                .iter()
                .map(move |end| folder.join(format!("{name}{end}")))
        })
        .find(|file| file.is_file())
}

/// Runs a program with its output on the terminal.
///
/// # Errors
/// It could not be started, or it failed.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    println!("$ {}", shown(command));
    quiet_input(command);
    let status = command
        .status()
        .map_err(|cause| not_started(command, &cause))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{}` failed ({status}).",
        shown(command)
    )))
}

/// Runs a program, shows its output and hands each line of it to `read`.
/// Both streams share one pipe, so that lines stay in order.
///
/// # Errors
/// It could not be started, or it failed.
pub(crate) fn run_reading(
    command: &mut Command,
    mut read: impl FnMut(&str),
) -> Result<(), Failure> {
    println!("$ {}", shown(command));
    quiet_input(command);
    let (reader, writer) = std::io::pipe().map_err(|cause| {
        Failure::from_cause("No pipe could be made for a program's output", &cause)
    })?;
    let errors = writer.try_clone().map_err(|cause| {
        Failure::from_cause("No pipe could be made for a program's output", &cause)
    })?;
    let mut child = command
        .stdout(writer)
        .stderr(errors)
        .spawn()
        .map_err(|cause| not_started(command, &cause))?;
    // The command keeps its ends of the pipe; with them open the reader would never see the end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut lines = BufReader::new(reader);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).unwrap_or(0) > 0 {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        read(text.trim_end());
        line.clear();
    }
    let status = child.wait().map_err(|cause| not_started(command, &cause))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{}` failed ({status}).",
        shown(command)
    )))
}

/// Whether a program runs and succeeds; what it prints is of no interest.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What a program prints.
///
/// # Errors
/// It could not be started, or it failed.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|cause| not_started(command, &cause))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!(
            "`{}` failed ({}): {}",
            shown(command),
            output.status,
            said.trim()
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

fn quiet_input(command: &mut Command) {
    if !may_ask() {
        command.stdin(Stdio::null());
    }
}

fn not_started(command: &Command, cause: &std::io::Error) -> Failure {
    let program = command.get_program().to_string_lossy().into_owned();
    Failure::from_cause(&format!("`{program}` could not be started"), cause)
        .advise(format!("Install {program}, or put it on PATH."))
}
