//! The command line of `cargo xtask`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Builds, runs, tests, packages, and measures Keystile.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Arguments {
    /// Install missing system packages with sudo, without asking.
    #[arg(long, global = true)]
    pub(crate) install: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build and start Keystile.
    Run(RunOptions),
    /// Run all tests, or one part of them.
    Test {
        /// Run this part only.
        #[arg(long, value_name = "PART")]
        only: Option<TestPart>,
    },
    /// Build the window's files and the application.
    Build {
        /// Build what users get, with optimizations.
        #[arg(long)]
        release: bool,
    },
    /// Build the package of this system (Linux: .deb).
    Bundle,
    /// Check formatting, clippy, documentation, names, module cycles, and the window's types.
    Lint,
    /// Draw every icon from icons/keystile.svg.
    Icons,
    /// Write the list of licenses that the window shows, after a dependency has changed.
    Licenses,
    /// Measure a release build.
    #[command(subcommand)]
    Bench(Bench),
}

#[derive(Debug, Default, Args)]
pub(crate) struct RunOptions {
    /// Build with optimizations.
    #[arg(long)]
    pub(crate) release: bool,
    /// Use an empty home directory and delete it afterwards.
    #[arg(long)]
    pub(crate) throwaway: bool,
    /// Write a PNG of the first screen and exit (Linux).
    #[arg(long, value_name = "FILE")]
    pub(crate) screenshot: Option<PathBuf>,
    /// Arguments for Keystile.
    #[arg(last = true)]
    pub(crate) arguments: Vec<String>,
}

/// A part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestPart {
    Rust,
    Ui,
    Window,
    SupplyChain,
    Readme,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Start time, memory, and size, compared with an empty Tauri window (Linux).
    Desktop {
        /// Measure each program this many times.
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(10..))]
        runs: u16,
    },
    /// Key verification in process, compared with its minimum cost and with better-auth.
    Verify,
    /// Pages and searches in an environment with 100,000 keys.
    List,
    /// Measure verifiers on one PostgreSQL database.
    Fleet,
    /// Key verification over HTTP, compared with hyper and better-auth, and during a flood of forged keys (Linux).
    Http,
    /// Requests through the gateway, compared with nginx and Caddy, and its resource use (Linux).
    Gateway {
        /// Measure this part only.
        part: Option<GatewayPart>,
    },
    /// The window while its gateway receives 5,000 requests a second (Linux).
    Window {
        /// Measure for this many seconds after the warm-up.
        #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(10..))]
        seconds: u64,
    },
}

/// A part of `bench gateway`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GatewayPart {
    Rates,
    Rules,
    Log,
    Bodies,
    Sockets,
    Idle,
}

/// Returns the name of `value` on the command line.
pub(crate) fn value_name(value: impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn clap_accepts_command_definitions() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn run_passes_arguments_after_dashes_to_application() {
        let line = "xtask run --release --screenshot a.png -- --flag x";
        let arguments = Arguments::try_parse_from(line.split(' ')).expect("a valid line");
        let Command::Run(options) = arguments.command else {
            panic!("`run` must parse as the command run");
        };
        assert!(
            options.release && !options.throwaway,
            "only --release was given"
        );
        assert_eq!(
            options.arguments,
            ["--flag", "x"],
            "they belong to Keystile"
        );
    }

    #[test]
    fn invalid_lines_are_rejected() {
        for line in [
            "xtask test --only windows",
            "xtask bench",
            "xtask bench gateway rate",
            "xtask bench desktop --runs 3",
            "xtask bench window --seconds 9",
        ] {
            assert!(
                Arguments::try_parse_from(line.split(' ')).is_err(),
                "`{line}` must not start anything"
            );
        }
    }
}
