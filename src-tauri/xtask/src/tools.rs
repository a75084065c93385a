//! Programs of the Rust world that the checks need and a plain toolchain does not bring.
//! Called by `test`, `lint`, `bundle` and `icons`. It installs only into `target/tools` and never changes `PATH`.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::{program, repository, window_files};

/// Whether the test runner of choice is here; without it `cargo test` does the same work, more slowly.
pub(crate) fn has_nextest() -> bool {
    program::succeeds(program::cargo().args(["nextest", "--version"]))
}

/// `cargo-deny`, from `PATH` or from `target/tools`, where it is built when it is missing.
///
/// # Errors
/// It is missing and could not be built.
pub(crate) fn cargo_deny() -> Result<PathBuf, Failure> {
    if let Some(found) = program::find("cargo-deny") {
        return Ok(found);
    }
    let tools = repository::target().join("tools");
    let deny = tools
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if deny.is_file() {
        return Ok(deny);
    }
    // Unoptimized it is built in a minute and a half on two cores, and its checks still take seconds.
    program::run(
        program::cargo()
            .args([
                "install",
                "cargo-deny",
                "--locked",
                "--version",
                "^0.20",
                "--debug",
                "--quiet",
            ])
            .arg("--root")
            .arg(&tools)
            .arg("--target-dir")
            .arg(tools.join("build"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0"),
    )?;
    // What it was built from is of no further use and takes more room than the program.
    let _ = std::fs::remove_dir_all(tools.join("build"));
    Ok(deny)
}

/// rustfmt and clippy, which rustup's smallest profile leaves out.
///
/// # Errors
/// They are missing and rustup cannot add them.
pub(crate) fn rust_components() -> Result<(), Failure> {
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !program::succeeds(program::cargo().args([probe, "--version"])) {
            program::run(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// The Tauri command line, which comes with the window's packages.
///
/// # Errors
/// The window's packages do not hold it.
pub(crate) fn tauri() -> Result<Command, Failure> {
    window_files::install()?;
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let program = repository::root().join("ui/node_modules/.bin").join(name);
    if !program.is_file() {
        return Err(
            Failure::new("The Tauri command line is not among the window's packages.")
                .advise("Add @tauri-apps/cli to ui/package.json and run this command again."),
        );
    }
    Ok(Command::new(program))
}
