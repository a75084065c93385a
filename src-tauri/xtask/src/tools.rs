//! Tools of the Rust and Tauri toolchains. Missing ones are installed into `target/tools`; `PATH` never changes.

use std::path::PathBuf;
use std::process::Command;

use anyhow::bail;

use crate::{exec, paths, ui_build};

/// Returns `cargo nextest`.
pub(crate) fn nextest() -> anyhow::Result<Command> {
    let mut command = Command::new(installed("cargo-nextest", "^0.9")?);
    command
        .arg("nextest")
        .env("CARGO", exec::cargo().get_program());
    Ok(command)
}

/// Returns `cargo deny`.
pub(crate) fn cargo_deny() -> anyhow::Result<Command> {
    let mut command = Command::new(installed("cargo-deny", "^0.20")?);
    command.env("CARGO", exec::cargo().get_program());
    Ok(command)
}

/// Finds a tool in `PATH` or `target/tools`, and builds it there if it is missing.
fn installed(name: &str, version: &str) -> anyhow::Result<PathBuf> {
    if let Some(path) = exec::find(name) {
        return Ok(path);
    }
    let tools = paths::target().join("tools");
    let path = tools
        .join("bin")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() {
        return Ok(path);
    }
    // A debug build takes two minutes instead of ten, and these tools spend their time waiting for others.
    exec::run(
        exec::cargo()
            .args(["install", name, "--version", version])
            .args(["--locked", "--debug", "--quiet"])
            .arg("--root")
            .arg(&tools)
            .arg("--target-dir")
            .arg(tools.join("build"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0"),
    )?;
    // The intermediate files take more space than the tool and are not used again.
    let _ = std::fs::remove_dir_all(tools.join("build"));
    Ok(path)
}

/// Adds rustfmt and clippy, which rustup's minimal profile leaves out.
pub(crate) fn rust_components() -> anyhow::Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !exec::succeeds(exec::cargo().args([subcommand, "--version"])) {
            exec::run(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// Returns the Tauri command line of the window's npm packages.
pub(crate) fn tauri() -> anyhow::Result<Command> {
    ui_build::install()?;
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let path = paths::root().join("ui/node_modules/.bin").join(name);
    if !path.is_file() {
        bail!("The Tauri command line is missing. Add @tauri-apps/cli to ui/package.json.");
    }
    Ok(Command::new(path))
}
