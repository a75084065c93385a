//! Errors as the window gets them: code, sentence, next step, field. The cause is logged here, once, and goes no
//! further.

use std::error::Error;

use keystile_gateway_control::StartError;
use keystile_gateway_control::dev::TestRequestError;
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
    /// A request was to be sent through a gateway that does not run.
    pub(crate) fn gateway_stopped() -> Self {
        Self {
            code: "gateway_stopped".to_owned(),
            message: "The gateway does not run.".to_owned(),
            advice: "Start it, then send again.".to_owned(),
            field: None,
        }
    }

    /// A sample request for the rule tester cannot be sent.
    pub(crate) fn unsendable_request() -> Self {
        Self {
            code: "request_form".to_owned(),
            message: "Invalid method or path.".to_owned(),
            advice: "Start the path with / and encode spaces as %20.".to_owned(),
            field: None,
        }
    }

    /// Something of a crate below; its cause goes to the log.
    fn logged(code: &str, error: &dyn Error, advice: String) -> Self {
        if error.source().is_some() {
            log_cause(code, error);
        }
        Self {
            code: code.to_owned(),
            message: error.to_string(),
            advice,
            field: None,
        }
    }

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

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Registry(error) => error.into(),
            error => Self::logged(error.code(), &error, error.advice()),
        }
    }
}

impl From<keystile_gateway::Error> for Failure {
    fn from(error: keystile_gateway::Error) -> Self {
        StartError::from(error).into()
    }
}

impl From<TestRequestError> for Failure {
    fn from(error: TestRequestError) -> Self {
        Self {
            field: error.field().map(str::to_owned),
            ..Self::logged(error.code(), &error, error.advice())
        }
    }
}

impl From<keystile_service::Error> for Failure {
    fn from(error: keystile_service::Error) -> Self {
        Self::logged(error.code(), &error, error.advice())
    }
}

impl From<keystile_verifier::Error> for Failure {
    fn from(error: keystile_verifier::Error) -> Self {
        Self::logged(error.code(), &error, error.advice())
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
