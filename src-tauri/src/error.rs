//! Errors as the window receives them: code, message, advice, and form field. Causes are logged here and not sent.

use std::error::Error;
use std::path::Path;

use keystile_gateway_control::StartError;
use keystile_gateway_control::dev::TestRequestError;
use keystile_link::Link;
use keystile_registry::RegistryError;
use keystile_store::StoreError;
use miette::Diagnostic;
use serde::Serialize;
use ts_rs::TS;

/// Why a command failed.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub(crate) struct CommandError {
    /// The stable code to branch on.
    pub(crate) code: String,
    /// What happened.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) advice: String,
    /// The form field that the error belongs to.
    pub(crate) field: Option<String>,
}

impl CommandError {
    /// Returns the error of sending a request through a stopped gateway.
    pub(crate) fn gateway_stopped() -> Self {
        Self {
            code: "gateway_stopped".to_owned(),
            message: "The gateway is not running.".to_owned(),
            advice: "Start the gateway, then send the request again.".to_owned(),
            field: None,
        }
    }

    /// Returns the error of applying a plan that was applied, or dropped for newer ones.
    pub(crate) fn bulk_plan_expired() -> Self {
        Self {
            code: "bulk_plan_expired".to_owned(),
            message: "This change is no longer prepared. Nothing was changed.".to_owned(),
            advice: "Close the dialog, and start the change again.".to_owned(),
            field: None,
        }
    }

    /// Returns the error of undoing a change that was undone, or dropped for newer ones.
    pub(crate) fn undo_expired() -> Self {
        Self {
            code: "undo_expired".to_owned(),
            message: "This change can no longer be undone.".to_owned(),
            advice: "Select the keys, and change them again.".to_owned(),
            field: None,
        }
    }

    /// Returns the error of copying too much.
    pub(crate) fn text_too_long() -> Self {
        Self {
            code: "text_too_long".to_owned(),
            message: "This is too long to copy.".to_owned(),
            advice: "Filter the list, then copy again.".to_owned(),
            field: None,
        }
    }

    /// Returns the error of testing rules with an invalid request.
    pub(crate) fn invalid_request() -> Self {
        Self {
            code: "invalid_request".to_owned(),
            message: "Invalid method or path.".to_owned(),
            advice: "Start the path with / and encode spaces as %20.".to_owned(),
            field: None,
        }
    }

    /// Returns the error of opening a link that names no place.
    pub(crate) fn invalid_link() -> Self {
        Self {
            code: "invalid_link".to_owned(),
            message: "This link does not name an environment.".to_owned(),
            advice: "Links have the form keystile://open/PROJECT/ENVIRONMENT.".to_owned(),
            field: None,
        }
    }

    /// Returns the error of opening a link to an environment that does not exist.
    pub(crate) fn linked_environment_not_found(link: &Link) -> Self {
        let Link {
            project,
            environment,
            ..
        } = link;
        Self {
            code: "not_found".to_owned(),
            message: format!("No environment named {environment} in {project}."),
            advice: "It may have been renamed or deleted since the link was made.".to_owned(),
            field: None,
        }
    }

    /// Returns the error of keeping gateways in a tray that the desktop does not have.
    pub(crate) fn no_tray() -> Self {
        Self {
            code: "no_tray".to_owned(),
            message: "This desktop shows no tray icons.".to_owned(),
            advice: "On GNOME, install the AppIndicator extension, then try again.".to_owned(),
            field: None,
        }
    }

    /// Returns the error of reading or writing the system's entry for the start at login.
    pub(crate) fn login_entry(error: &tauri_plugin_autostart::Error) -> Self {
        tracing::warn!(%error, "reading or writing the login entry failed");
        Self {
            code: "login_entry".to_owned(),
            message: "Starting at login could not be changed.".to_owned(),
            advice: if cfg!(target_os = "linux") {
                "Check that you can write to ~/.config/autostart, then try again.".to_owned()
            } else {
                "Change it in the settings of your system.".to_owned()
            },
            field: None,
        }
    }

    /// Returns the error of opening a file or folder.
    pub(crate) fn not_opened(path: &Path, cause: &dyn Error) -> Self {
        log_cause("opening a file or folder", cause);
        Self {
            code: "not_opened".to_owned(),
            message: format!("Could not open {}.", path.display()),
            advice: "Copy its path, then open it in another program.".to_owned(),
            field: None,
        }
    }

    /// Converts an error. Its causes are not sent.
    pub(crate) fn from_diagnostic(error: &dyn Diagnostic) -> Self {
        Self {
            code: error
                .code()
                .map_or_else(|| "internal_error".to_owned(), |code| code.to_string()),
            message: error.to_string(),
            advice: error
                .help()
                .map_or_else(String::new, |help| help.to_string()),
            field: None,
        }
    }

    /// Converts an error and logs its causes.
    fn from_error(error: &dyn Diagnostic) -> Self {
        let converted = Self::from_diagnostic(error);
        if error.source().is_some() {
            log_cause(&converted.code, error);
        }
        converted
    }

    /// Returns the error of finding the data directory.
    pub(crate) fn no_data_directory(error: tauri::Error) -> Self {
        tracing::error!(%error, "data directory not found");
        Self {
            code: "no_data_directory".to_owned(),
            message: "The data directory was not found.".to_owned(),
            advice: "Set the HOME variable, then start Keystile again.".to_owned(),
            field: None,
        }
    }
}

impl From<RegistryError> for CommandError {
    fn from(error: RegistryError) -> Self {
        Self {
            field: error.field().map(|field| field.name().into_owned()),
            ..Self::from_error(&error)
        }
    }
}

impl From<StartError> for CommandError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Registry(error) => error.into(),
            error => Self::from_error(&error),
        }
    }
}

impl From<keystile_gateway::Error> for CommandError {
    fn from(error: keystile_gateway::Error) -> Self {
        Self::from_error(&error)
    }
}

impl From<TestRequestError> for CommandError {
    fn from(error: TestRequestError) -> Self {
        Self {
            field: error.field().map(str::to_owned),
            ..Self::from_error(&error)
        }
    }
}

impl From<keystile_service::Error> for CommandError {
    fn from(error: keystile_service::Error) -> Self {
        Self::from_error(&error)
    }
}

impl From<keystile_verifier::Error> for CommandError {
    fn from(error: keystile_verifier::Error) -> Self {
        Self::from_error(&error)
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self::from_error(&error)
    }
}

/// Logs an error with all its causes.
pub(crate) fn log_cause(operation: &str, error: &dyn Error) {
    tracing::warn!(operation, "{}", chain(error));
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        // Some errors, such as those of sqlx, end with the text of their cause.
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the disk is gone")]
    struct DiskError;

    #[derive(Debug, thiserror::Error)]
    #[error("error returned from database: {0}")]
    struct DatabaseError(#[source] DiskError);

    #[derive(Debug, thiserror::Error)]
    #[error("The database cannot be used")]
    struct OuterError(#[source] DatabaseError);

    #[test]
    fn chain_contains_each_cause_once() {
        assert_eq!(
            chain(&OuterError(DatabaseError(DiskError))),
            "The database cannot be used: error returned from database: the disk is gone",
            "a cause that is part of the previous text must not be repeated"
        );
    }
}
