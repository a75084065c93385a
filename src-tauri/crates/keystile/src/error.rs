//! The errors of this crate.

use keystile_store::StoreError;
use keystile_verifier::UnavailableReason;
use miette::Diagnostic;
use thiserror::Error;

/// Why a verifier cannot be opened, or no decision about a key was possible. A rejected key is a
/// [`Verification`](crate::Verification), not an error.
///
/// [`Diagnostic::code`] returns a stable code to branch on, [`Diagnostic::help`] what to do next.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum Error {
    /// No environment has this name or id.
    #[error("Environment {reference} not found.")]
    #[diagnostic(
        code("unknown_environment"),
        help("Use PROJECT/ENVIRONMENT or the id; `keystile env list` shows both.")
    )]
    UnknownEnvironment {
        /// The name or id.
        reference: String,
    },
    /// The user has no data directory, so there is no default store.
    #[error("The data directory of this user is unknown.")]
    #[diagnostic(
        code("no_data_directory"),
        help("Open the store by its path, or set the environment variable KEYSTILE_DB.")
    )]
    NoDataDirectory,
    /// The store could not be opened.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Store(StoreError),
    /// Too many keys wait for their first Argon2id proof.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Busy(keystile_verifier::Error),
    /// The database cannot be read, or is not the one that was opened.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Unavailable(UnavailableReason),
    /// An error of a newer version.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Other(keystile_verifier::Error),
}

impl From<keystile_verifier::Error> for Error {
    fn from(error: keystile_verifier::Error) -> Self {
        match error {
            busy @ keystile_verifier::Error::Busy => Self::Busy(busy),
            keystile_verifier::Error::Unavailable(reason) => Self::Unavailable(reason),
            keystile_verifier::Error::Store(error) => Self::Store(error),
            other => Self::Other(other),
        }
    }
}
