//! `cargo xtask`: everything a developer or a build machine does with this repository, one verb a file.
//! Called through the alias in `.cargo/config.toml`; the README begins with two of its verbs.
//! It knows the workspace only by its folders and by the programs it starts, never by linking to a crate of it.
//! It may grow by a verb when a command that people need would otherwise live in a README or a workflow.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal: what it prints is what it is for"
)]

mod desk;
mod failure;
mod invocation;
mod npm_packages;
mod parts;
mod program;
mod repository;
mod system_packages;
mod tally;
mod tools;
mod verbs;
mod window_files;

use std::process::ExitCode;

use failure::Failure;
use invocation::{Invocation, USAGE};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = Invocation::parse(&arguments).and_then(perform);
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(invocation: Invocation) -> Result<ExitCode, Failure> {
    std::env::set_current_dir(repository::root()).map_err(|cause| {
        Failure::from_cause("The repository's folder cannot be entered", &cause)
    })?;
    match invocation {
        Invocation::Help => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        Invocation::Run(wish) => verbs::run::run(&wish),
        Invocation::Test { only } => verbs::test::test(only),
        Invocation::Build { release } => verbs::build::build(release).map(|_| ExitCode::SUCCESS),
        Invocation::Bundle => verbs::bundle::bundle().map(|_| ExitCode::SUCCESS),
        Invocation::Lint => verbs::lint::lint(),
        Invocation::Icons => verbs::icons::icons().map(|()| ExitCode::SUCCESS),
        Invocation::BenchDesktop { runs } => verbs::bench::bench(runs).map(|()| ExitCode::SUCCESS),
        Invocation::BenchGateway { part } => {
            verbs::bench::gateway::gateway(part).map(|()| ExitCode::SUCCESS)
        }
        Invocation::BenchHttp => verbs::bench::http::http().map(|()| ExitCode::SUCCESS),
        Invocation::BenchWindow { seconds } => {
            verbs::bench::window::window(seconds).map(|()| ExitCode::SUCCESS)
        }
        Invocation::BenchVerify => verbs::bench::verify::verify().map(|()| ExitCode::SUCCESS),
    }
}
