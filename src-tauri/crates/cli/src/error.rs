//! The error of every command: a code for scripts, a sentence, and advice on what to do next.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::path::Path;

use miette::Diagnostic;

/// The codes of values that are invalid in every store.
const USAGE_CODES: [&str; 14] = [
    "admin_token_required",
    "invalid_endpoint",
    "invalid_host_name",
    "invalid_prefix",
    "invalid_socket_path",
    "invalid_upstream",
    "name_characters",
    "name_empty",
    "name_slash",
    "name_too_long",
    "remote_metrics",
    "remote_not_allowed",
    "unsupported_location_only",
    "unsupported_socket",
];

/// An error as the user reads it.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) advice: String,
    /// Whether the command was used incorrectly, which has its own exit status.
    pub(crate) is_usage: bool,
}

/// What a command does with a file of its command line.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FileAccess {
    Read,
    Create,
}

impl CliError {
    pub(crate) fn new(
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            advice: advice.into(),
            is_usage: false,
        }
    }

    /// Describes incorrect usage.
    pub(crate) fn usage(
        code: &'static str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            is_usage: true,
            ..Self::new(code, message, advice)
        }
    }

    /// Converts an error without its causes.
    pub(crate) fn from_diagnostic(error: &dyn Diagnostic) -> Self {
        let code = error
            .code()
            .map_or(Cow::Borrowed("internal_error"), |code| {
                code.to_string().into()
            });
        let advice = error
            .help()
            .map_or_else(String::new, |help| help.to_string());
        Self {
            is_usage: USAGE_CODES.contains(&&*code),
            ..Self::new(code, error.to_string(), advice)
        }
    }

    /// Describes what the system did not do, such as `Cannot read standard input`, and its reason.
    pub(crate) fn system(message: &str, cause: &dyn Display) -> Self {
        Self::new("system", format!("{message}: {}.", reason(cause)), "")
    }

    /// Describes a file that the system did not open; `message` is the beginning of the sentence, such as
    /// `Cannot read`.
    pub(crate) fn file(message: &str, path: &Path, access: FileAccess, cause: &io::Error) -> Self {
        Self {
            advice: file_advice(access, cause.kind()).to_owned(),
            ..Self::system(&format!("{message} {}", path.display()), cause)
        }
    }

    pub(crate) fn not_found(kind: &str, name: &str, advice: impl Into<String>) -> Self {
        Self::new("not_found", format!("{kind} not found: {name}."), advice)
    }
}

/// Returns the system's reason without its error number, which tells a user nothing.
pub(crate) fn reason(cause: &dyn Display) -> String {
    let text = cause.to_string();
    match text.split_once(" (os error") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

/// Returns what to do about a file that the system did not open.
pub(crate) fn file_advice(access: FileAccess, kind: ErrorKind) -> &'static str {
    match (kind, access) {
        (ErrorKind::NotFound, FileAccess::Read) => "Check the path.",
        (ErrorKind::NotFound, FileAccess::Create) => "Create its folder, or choose another path.",
        (ErrorKind::PermissionDenied, _) => "Change its permissions, or choose another path.",
        (ErrorKind::IsADirectory, _) => "Choose the path of a file.",
        (ErrorKind::InvalidData, _) => "Use a UTF-8 text file.",
        (ErrorKind::ReadOnlyFilesystem | ErrorKind::StorageFull | ErrorKind::QuotaExceeded, _) => {
            "Choose a path on another disk."
        }
        _ => "Choose another path.",
    }
}

impl<E: Diagnostic> From<E> for CliError {
    fn from(error: E) -> Self {
        Self::from_diagnostic(&error)
    }
}
