//! A result of `doctor`.

use anstyle::Style;
use miette::Diagnostic;

use crate::error::CliError;
use crate::style::{BAD, GOOD, NOTE};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    /// It works, but the user should know something.
    Note,
    Bad,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Bad => "bad",
        }
    }

    pub(crate) fn style(self) -> Style {
        match self {
            Self::Ok => GOOD,
            Self::Note => NOTE,
            Self::Bad => BAD,
        }
    }
}

pub(crate) struct Finding {
    /// What was checked, such as `database`.
    pub(crate) check: &'static str,
    pub(crate) status: Status,
    pub(crate) message: String,
    pub(crate) advice: String,
}

impl Finding {
    pub(crate) fn new(check: &'static str, status: Status, message: impl Into<String>) -> Self {
        Self {
            check,
            status,
            message: message.into(),
            advice: String::new(),
        }
    }

    pub(crate) fn from_error(check: &'static str, status: Status, error: &dyn Diagnostic) -> Self {
        let error = CliError::from_diagnostic(error);
        Self::new(check, status, error.message).advice(error.advice)
    }

    pub(crate) fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }
}
