//! `cargo xtask lint`: everything that is judged without running the program.
//! Called by people and by `.ci/run`. All checks run, even after one has failed. It changes no file.

mod module_cycles;
mod names;

use std::process::ExitCode;
use std::time::Instant;

use crate::failure::Failure;
use crate::system_packages::{Purpose, prepare};
use crate::{program, repository, tools, window_files};

type Check = (&'static str, fn() -> Result<(), Failure>);

/// # Errors
/// What the checks themselves need is missing; a check that fails is told by the exit code.
pub(crate) fn lint() -> Result<ExitCode, Failure> {
    prepare(Purpose::Build)?;
    tools::rust_components()?;
    let checks: [Check; 6] = [
        ("formatting", formatting),
        ("names", names::check),
        ("module cycles", module_cycles::check),
        ("window", window),
        ("clippy", clippy),
        ("documentation", documentation),
    ];
    let mut lines = Vec::new();
    let mut failed = 0;
    for (name, check) in checks {
        let begun = Instant::now();
        let verdict = match check() {
            Ok(()) => "passed".to_owned(),
            Err(failure) => {
                failed += 1;
                eprintln!("{failure}");
                "FAILED".to_owned()
            }
        };
        lines.push(format!(
            "{name:<14} {verdict:<7} {:>6.1} s",
            begun.elapsed().as_secs_f32()
        ));
    }
    println!("\nlint");
    for line in lines {
        println!("  {line}");
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn formatting() -> Result<(), Failure> {
    program::run(program::cargo().args([
        "fmt",
        "--all",
        "--check",
        "--",
        "--config-path",
        ".cargo/rustfmt.toml",
    ]))
    .map_err(|failure| failure.advise("Run `cargo fmt --all`."))
}

/// Clippy compiles the desktop package, which carries `ui/dist`: so the window's files are built as well.
fn window() -> Result<(), Failure> {
    window_files::build()?;
    program::run(&mut window_files::in_ui(&["run", "--silent", "check"]))
}

fn clippy() -> Result<(), Failure> {
    program::run(
        program::cargo()
            .args(["clippy", "--workspace", "--all-targets", "--quiet"])
            .args(["--features", repository::SERVE_OWN_FILES])
            .args(["--", "-D", "warnings"]),
    )
}

fn documentation() -> Result<(), Failure> {
    program::run(
        program::cargo()
            .args([
                "doc",
                "--workspace",
                "--no-deps",
                "--document-private-items",
                "--quiet",
            ])
            .args(["--features", repository::SERVE_OWN_FILES])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}
