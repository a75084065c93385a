//! The error of every command: a code for scripts, a sentence, and advice on what to do next.

use std::borrow::Cow;
use std::fmt::Display;

use miette::Diagnostic;

/// An error as the user reads it.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) advice: String,
    /// Whether the command was used incorrectly, which has its own exit status.
    pub(crate) is_usage: bool,
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
        Self::new(code, error.to_string(), advice)
    }

    /// Describes what the system did not do, such as `Cannot read standard input`, and its reason.
    pub(crate) fn system(message: &str, cause: &dyn Display) -> Self {
        Self::new("system", format!("{message}: {}.", reason(cause)), "")
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

impl<E: Diagnostic> From<E> for CliError {
    fn from(error: E) -> Self {
        Self::from_diagnostic(&error)
    }
}
