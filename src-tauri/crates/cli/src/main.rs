//! `keystile`, the command-line program. Parses arguments, calls the registry, the verifier, or the HTTP service, and
//! prints the results. Results go to standard output, everything else to standard error.
#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod confirm;
mod desktop_program;
mod error;
mod expiry_argument;
mod hint;
mod http_client;
mod json;
mod key_argument;
mod key_file;
mod key_input;
mod listen_error;
mod memory_clipboard;
mod parse_error;
mod propagation;
mod report;
mod resolve;
mod signal;
mod stdout_clipboard;
mod style;
mod table;
mod time;

use std::io::IsTerminal;
use std::process::ExitCode;

use arguments::Command;
use commands::Outcome;
use error::CliError;
use parse_error::ParseError;
use report::Report;
use tracing_subscriber::EnvFilter;

/// Exit status for invalid usage, as clap uses it.
const EXIT_USAGE: u8 = 2;
/// Exit status of `verify` for a denied key, and of `key list --expiring` if it lists any.
const EXIT_DENIED: u8 = 3;
/// The log filter unless `KEYSTILE_LOG` is set: warnings about usage counts and requests that cannot be written, and
/// about reverse proxies and hosts that are configured incorrectly.
const DEFAULT_LOG_FILTER: &str = "off,keystile_verifier::usage=warn,keystile_verifier::request_log=warn,\
                                  keystile_service::misconfiguration=warn,\
                                  keystile_service::allowed_hosts=warn";
/// The log filter of `demo`, which deletes its store while the verifier may still write usage counts.
const DEMO_LOG_FILTER: &str = "off";

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    let arguments = match parse_error::parse(&args) {
        Ok(arguments) => arguments,
        Err(ParseError::Help(text)) => return print_help(&text),
        Err(ParseError::Invalid(error)) => {
            return fail(&Report::new(parse_error::wants_json(&args)), &error);
        }
    };
    let log_filter = match arguments.command {
        Command::Demo => DEMO_LOG_FILTER,
        _ => DEFAULT_LOG_FILTER,
    };
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            EnvFilter::try_from_env("KEYSTILE_LOG").unwrap_or_else(|_| EnvFilter::new(log_filter)),
        );
    if std::io::stderr().is_terminal() {
        // For a person; a file needs times.
        log.without_time().with_target(false).init();
    } else {
        log.init();
    }
    hint::set_store(arguments.db.as_deref());
    let report = Report::new(arguments.json);
    // Servers use every core. For the other commands, more threads would only slow down the start.
    let runtime = if arguments.command.is_server() {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    }
    .enable_all()
    .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(commands::run(arguments, &report)),
        Err(cause) => Err(CliError::system("Cannot start", &cause)),
    };
    // A result that was not written is a failure.
    match outcome.and_then(|outcome| report.finish().map(|()| outcome)) {
        Ok(Outcome::Success) => ExitCode::SUCCESS,
        Ok(Outcome::KeyDenied | Outcome::KeysExpiring) => ExitCode::from(EXIT_DENIED),
        Err(error) => fail(&report, &error),
    }
}

fn fail(report: &Report, error: &CliError) -> ExitCode {
    report.error(error);
    if error.is_usage {
        ExitCode::from(EXIT_USAGE)
    } else {
        ExitCode::FAILURE
    }
}

/// Prints the help or the version.
fn print_help(text: &clap::Error) -> ExitCode {
    let printed = text
        .print()
        .and_then(|()| std::io::Write::flush(&mut std::io::stdout()));
    match printed.as_ref().err().and_then(report::output_failed) {
        None => ExitCode::from(u8::try_from(text.exit_code()).unwrap_or(EXIT_USAGE)),
        Some(error) => fail(&Report::new(false), &error),
    }
}
