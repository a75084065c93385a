//! Describes a command line that contains an API key. Never repeats more of it than its public ID.

use std::ffi::OsString;

use keystile_keys::PresentedKey;

use crate::error::CliError;

const MESSAGE: &str =
    "Do not pass keys on the command line: other processes and the shell history can see them.";

/// Describes the arguments, one of which contains a key.
pub(crate) fn describe(args: &[OsString]) -> CliError {
    let args: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let is_command = |noun: &str, verbs: &[&str]| {
        args.contains(&noun) && args.iter().any(|arg| verbs.contains(arg))
    };
    if is_command("key", &["create"]) {
        return error("Choose a name that is not a key.");
    }
    if is_command(
        "key",
        &[
            "show",
            "edit",
            "rotate",
            "end-old-secret",
            "history",
            "revoke",
            "disable",
            "enable",
        ],
    ) {
        let id = args
            .iter()
            .find_map(|arg| PresentedKey::parse(arg).ok())
            .map_or_else(
                || "the 12 characters after the prefix".to_owned(),
                |key| format!("the part after the prefix: {}", key.id()),
            );
        return error(format!("Use the key's ID, {id}."));
    }
    on_standard_input()
}

/// Describes a key where only standard input is expected.
pub(crate) fn on_standard_input() -> CliError {
    error(
        "Pass the key on standard input: keystile verify --env ENVIRONMENT < key.txt. If it is a real key, revoke it.",
    )
}

fn error(advice: impl Into<String>) -> CliError {
    CliError::usage("key_on_command_line", MESSAGE, advice)
}
