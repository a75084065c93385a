//! `keystile`: Keystile in the terminal, without any part of a window. It parses, calls the registry, the verifier or the
//! service, and writes what they answered; it decides nothing. Results go to standard output, everything else to standard
//! error. It grows by a verb when the registry does.
#![forbid(unsafe_code)]

mod arguments;
mod collect_key;
mod consent;
mod failure;
mod hint;
mod http;
mod key_sink;
mod listen_failure;
mod place;
mod report;
mod signal;
mod usage;
mod verbs;

use std::process::ExitCode;

use report::Report;
use usage::Refused;

/// What a script can tell apart, beside 0 and 1: the words of the command line are wrong, as clap says it.
const USAGE: u8 = 2;
/// What is logged to standard error unless `KEYSTILE_LOG` says otherwise: counts of use that cannot be written.
const WARNINGS: &str = "off,keystile_verifier::usage=warn";
/// A key was checked and is refused.
const REFUSED: u8 = 3;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let arguments = match usage::parse(&words) {
        Ok(arguments) => arguments,
        Err(Refused::ByClap(error)) => return print_help(&error),
        Err(Refused::Usage(failure)) => {
            Report::new(usage::wants_json(&words)).failure(&failure);
            return ExitCode::from(USAGE);
        }
        Err(Refused::Key(failure)) => {
            Report::new(usage::wants_json(&words)).failure(&failure);
            return ExitCode::FAILURE;
        }
    };
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("KEYSTILE_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(WARNINGS)),
        )
        .init();
    hint::set_store(arguments.db.as_deref());
    let report = Report::new(arguments.json);
    // Whoever answers requests uses every core; for the others more threads would only be more to start.
    let runtime = if arguments.verb.answers_requests() {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    }
    .enable_all()
    .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(verbs::run(arguments, &report)),
        Err(cause) => Err(failure::Failure::system(
            "The program could not start",
            &cause,
        )),
    };
    // A result that was not written is a failure, whatever it said.
    match outcome.and_then(|outcome| report.written().map(|()| outcome)) {
        Ok(verbs::Outcome::Done) => ExitCode::SUCCESS,
        Ok(verbs::Outcome::Refused) => ExitCode::from(REFUSED),
        Err(failure) => {
            report.failure(&failure);
            ExitCode::FAILURE
        }
    }
}

/// Prints the help, the version, or clap's own words.
fn print_help(text: &clap::Error) -> ExitCode {
    let printed = text
        .print()
        .and_then(|()| std::io::Write::flush(&mut std::io::stdout()));
    match printed {
        Ok(()) => ExitCode::from(u8::try_from(text.exit_code()).unwrap_or(USAGE)),
        Err(cause) => {
            Report::new(false).failure(&report::not_written(&cause));
            ExitCode::FAILURE
        }
    }
}
