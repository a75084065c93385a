//! Parses the command line and describes invalid usage. Arguments that hold an API key are rejected before clap sees
//! them, because clap repeats invalid arguments in its errors.

use std::error::Error as _;
use std::ffi::OsString;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use keystile_guard::resembles_key;

use crate::arguments::{Arguments, InvalidPort};
use crate::error::CliError;
use crate::key_argument;

/// Why no command was run.
pub(crate) enum ParseError {
    /// The help or the version was requested.
    Help(Error),
    /// Invalid usage, or an argument that contains an API key.
    Invalid(CliError),
}

/// Parses the command line.
pub(crate) fn parse(args: &[OsString]) -> Result<Arguments, ParseError> {
    let is_key = |arg: &OsString| resembles_key(arg.as_encoded_bytes());
    if args.iter().skip(1).any(is_key) {
        return Err(ParseError::Invalid(key_argument::describe(args)));
    }
    Arguments::try_parse_from(without_help_of_help(args)).map_err(|error| {
        let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
        // A missing subcommand prints the help on a terminal and an error as JSON.
        if error.use_stderr() && (!is_help || wants_json(args)) {
            ParseError::Invalid(describe(&error))
        } else {
            ParseError::Help(error)
        }
    })
}

/// Whether `--json` is among the arguments, which may be invalid.
pub(crate) fn wants_json(args: &[OsString]) -> bool {
    args.iter()
        .take_while(|arg| *arg != "--")
        .any(|arg| arg == "--json")
}

/// Drops `--help` after `help`, which clap rejects.
fn without_help_of_help(args: &[OsString]) -> Vec<OsString> {
    let is_help = |arg: &OsString| arg == "--help" || arg == "-h";
    let is_help_command = args.get(1).is_some_and(|arg| arg == "help");
    let kept = args.iter().filter(|arg| !(is_help_command && is_help(arg)));
    kept.cloned().collect()
}

fn describe(error: &Error) -> CliError {
    let invalid = text(error, ContextKind::InvalidArg);
    if let Some(port) = error
        .source()
        .and_then(|cause| cause.downcast_ref::<InvalidPort>())
    {
        let message = format!("Invalid port for {}: {port}.", option(&invalid));
        return CliError::usage("usage", message, port.advice());
    }
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            "Missing command.".to_owned()
        }
        ErrorKind::InvalidSubcommand => {
            let command = text(error, ContextKind::InvalidSubcommand);
            format!("Unknown command: {command}.")
        }
        ErrorKind::UnknownArgument => format!("Unknown argument: {invalid}."),
        ErrorKind::MissingRequiredArgument => missing(error),
        ErrorKind::ArgumentConflict => {
            let other = text(error, ContextKind::PriorArg);
            if other == invalid {
                format!("{} can be given only once.", option(&invalid))
            } else {
                let (this, other) = (option(&invalid), option(&other));
                format!("{this} cannot be combined with {other}.")
            }
        }
        ErrorKind::InvalidValue if text(error, ContextKind::InvalidValue).is_empty() => {
            format!("{} requires a value.", option(&invalid))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = text(error, ContextKind::InvalidValue);
            let reason = match error.source() {
                Some(source) => source.to_string(),
                None => format!("expected one of {}", text(error, ContextKind::ValidValue)),
            };
            let (option, reason) = (option(&invalid), reason.trim_end_matches('.'));
            format!("Invalid value '{value}' for {option}: {reason}.")
        }
        other => format!("Invalid usage: {other}."),
    };
    let suggestion = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ]
    .map(|kind| text(error, kind));
    let suggestion = suggestion.into_iter().find(|text| !text.is_empty());
    let advice = match (suggestion, text(error, ContextKind::Usage)) {
        (Some(similar), _) => format!("Did you mean '{similar}'?"),
        (None, _) if error.kind() == ErrorKind::InvalidSubcommand => {
            "List commands: keystile help".to_owned()
        }
        (None, usage) if usage.is_empty() => "For usage, add --help.".to_owned(),
        (None, usage) => usage,
    };
    CliError::usage("usage", message, advice)
}

/// Returns one part of clap's error in one line, or an empty text.
fn text(error: &Error, kind: ContextKind) -> String {
    let text = match error.get(kind) {
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(value) => strings(value).join(", "),
        None => String::new(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn strings(value: &ContextValue) -> &[String] {
    match value {
        ContextValue::String(text) => std::slice::from_ref(text),
        ContextValue::Strings(texts) => texts,
        _ => &[],
    }
}

/// Describes missing arguments. clap writes a group of options, of which one is required, as
/// `<--name <NAME>|--port <PORT>>`.
fn missing(error: &Error) -> String {
    let arguments = error.get(ContextKind::InvalidArg).map_or(&[][..], strings);
    let (groups, single): (Vec<_>, Vec<_>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|argument| argument.starts_with("<--"));
    let mut sentences = Vec::new();
    if !single.is_empty() {
        sentences.push(format!("Missing {}.", single.join(", ")));
    }
    for group in groups {
        let options: Vec<_> = group
            .trim_matches(['<', '>'])
            .split('|')
            .map(option)
            .collect();
        sentences.push(format!("Pass at least one of {}.", options.join(", ")));
    }
    sentences.join(" ")
}

/// Returns an option without its placeholder: `--listen` of `--listen <ADDRESS:PORT>`.
fn option(invalid: &str) -> &str {
    invalid.split(' ').next().unwrap_or(invalid)
}
