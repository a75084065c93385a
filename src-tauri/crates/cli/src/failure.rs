//! What went wrong, in three parts: a code to branch on, a sentence, and what to do next. The layers below have them; a
//! few are the terminal's own. Private causes go to the log, which `KEYSTILE_LOG=debug` shows.

use std::fmt::Display;

/// An error as it is told.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) advice: String,
}

impl Failure {
    pub(crate) fn new(
        code: &'static str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            advice: advice.into(),
        }
    }

    /// The system refused something that is not Keystile's.
    pub(crate) fn system(what: &str, cause: &dyn Display) -> Self {
        let text = cause.to_string();
        // The system's number says nothing to a person.
        let reason = text.split(" (os error").next().unwrap_or_default();
        Self::new("system", format!("{what}: {reason}."), "")
    }

    pub(crate) fn not_found(noun: &str, name: &str, advice: &str) -> Self {
        Self::new("not_found", format!("There is no {noun} {name}."), advice)
    }
}

macro_rules! from {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error.code(), error.to_string(), error.advice())
            }
        }
    )*};
}

from!(
    keystile_registry::RegistryError,
    keystile_store::StoreError,
    keystile_verifier::Error,
    keystile_service::Error,
    keystile_gateway::Error,
    keystile_gateway_control::StartError,
    keystile_gateway_control::StopReason
);
