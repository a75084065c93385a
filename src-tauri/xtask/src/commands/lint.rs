//! `cargo xtask lint`: all checks that do not run the program. Every check runs, even after another one failed.

mod module_cycles;
mod words;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;

use crate::system_packages::{Purpose, prepare};
use crate::{exec, paths, tools, ui_build};

type Check = (&'static str, fn() -> anyhow::Result<()>);

const CHECKS: [Check; 6] = [
    ("formatting", formatting),
    ("words", words::check),
    ("module cycles", module_cycles::check),
    ("window", window),
    ("clippy", clippy),
    ("documentation", documentation),
];

/// Runs all checks.
pub(crate) fn lint() -> anyhow::Result<ExitCode> {
    prepare(Purpose::Build)?;
    tools::rust_components()?;
    let mut lines = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for (name, check) in CHECKS {
        let start = Instant::now();
        let result = match check() {
            Ok(()) => "passed",
            Err(error) => {
                eprintln!("{error:#}");
                code = ExitCode::FAILURE;
                "FAILED"
            }
        };
        let seconds = start.elapsed().as_secs_f32();
        lines.push(format!("{name:<14} {result:<7} {seconds:>6.1} s"));
    }
    println!("\nlint");
    for line in lines {
        println!("  {line}");
    }
    Ok(code)
}

fn formatting() -> anyhow::Result<()> {
    let arguments = "fmt --all --check -- --config-path .cargo/rustfmt.toml";
    exec::run(exec::cargo().args(arguments.split(' '))).context("Run `cargo fmt --all`")
}

/// Also builds `ui/dist`, which clippy needs to compile the desktop package.
fn window() -> anyhow::Result<()> {
    ui_build::build()?;
    exec::run(&mut ui_build::npm(&["run", "--silent", "check"]))
}

fn clippy() -> anyhow::Result<()> {
    exec::run(
        exec::cargo()
            .args(["clippy", "--workspace", "--all-targets", "--quiet"])
            .args(["--features", paths::EMBED_UI])
            .args(["--", "-D", "warnings"]),
    )
}

fn documentation() -> anyhow::Result<()> {
    exec::run(
        exec::cargo()
            .args("doc --workspace --no-deps --document-private-items --quiet".split(' '))
            .args(["--features", paths::EMBED_UI])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}
