//! Errors as the window gets them: code, sentence, next step, field. The cause is logged here, once, and goes no
//! further.

use std::error::Error;

use keystile_registry::RegistryError;
use keystile_store::StoreError;
use serde::Serialize;
use ts_rs::TS;

/// Why a command did not do what it was asked.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Failure {
    /// The stable word to branch on.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub advice: String,
    /// The field of a form it belongs to.
    pub field: Option<String>,
}

impl Failure {
    /// The system does not say where programs keep their data.
    pub(crate) fn without_directory(error: tauri::Error) -> Self {
        tracing::error!(%error, "no data directory");
        Self {
            code: "database_failed".to_owned(),
            message: "The system does not say where Keystile may keep its data.".to_owned(),
            advice: "Set the HOME variable, then start Keystile again.".to_owned(),
            field: None,
        }
    }
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        let code = error.code();
        if error.source().is_some() {
            log_cause(code, &error);
        }
        Self {
            code: code.to_owned(),
            message: error.to_string(),
            advice: error.advice(),
            field: error.field().map(|field| field.name().into_owned()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        RegistryError::Store(error).into()
    }
}

/// Logs an error with everything that led to it. For errors that nobody is shown, and for the causes of those shown.
pub(crate) fn log_cause(doing: &str, error: &dyn Error) {
    tracing::warn!(doing, "{}", chain(error));
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
