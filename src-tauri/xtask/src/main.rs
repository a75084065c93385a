//! `cargo xtask`: the commands that build, run, test, lint, package, and measure Keystile.
//! It depends on no crate of the workspace, so it still builds when they do not.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program writes to the terminal"
)]

mod arguments;
mod commands;
mod exec;
mod headless;
mod npm_packages;
mod paths;
mod system_packages;
mod test_counts;
mod tools;
mod ui_build;

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use arguments::{Arguments, Bench, Command};
use commands::{bench, build, bundle, icons, licenses, lint, run, test};

fn main() -> ExitCode {
    match execute(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    std::env::set_current_dir(paths::root()).context("Cannot enter the repository")?;
    if arguments.install {
        system_packages::allow_sudo();
    }
    match arguments.command {
        Command::Run(options) => return run::run(&options),
        Command::Test { only } => return test::test(only),
        Command::Lint => return lint::lint(),
        Command::Build { release } => drop(build::build(release)?),
        Command::Bundle => drop(bundle::bundle()?),
        Command::Icons => icons::icons()?,
        Command::Licenses => licenses::licenses()?,
        Command::Bench(Bench::Desktop { runs }) => bench::desktop::desktop(runs.into())?,
        Command::Bench(Bench::Verify) => bench::verify()?,
        Command::Bench(Bench::List) => bench::list()?,
        Command::Bench(Bench::Fleet) => bench::fleet()?,
        Command::Bench(Bench::Http) => bench::http()?,
        Command::Bench(Bench::Gateway { part }) => bench::gateway(part)?,
        Command::Bench(Bench::Window { seconds }) => bench::window::window(seconds)?,
    }
    Ok(ExitCode::SUCCESS)
}
