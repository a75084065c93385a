//! The errors of this crate.

use keystile_store::StoreError;
use keystile_verifier::UnavailableReason;

/// Why a verifier cannot be opened, or no decision about a key was possible. A rejected key is a
/// [`Verification`](crate::Verification), not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No environment has this name or id.
    #[error("Environment {reference} not found.")]
    UnknownEnvironment {
        /// The name or id.
        reference: String,
    },
    /// The user has no data directory, so there is no default store.
    #[error("The data directory of this user is unknown.")]
    NoDataDirectory,
    /// The store could not be opened.
    #[error(transparent)]
    Store(StoreError),
    /// Too many keys wait for their first Argon2id proof.
    #[error("Too many keys are waiting for their first verification.")]
    Busy,
    /// The database cannot be read, or is not the one that was opened.
    #[error("{0}")]
    Unavailable(UnavailableReason),
    /// An error of a newer version.
    #[error(transparent)]
    Other(keystile_verifier::Error),
}

impl Error {
    /// Returns what to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::UnknownEnvironment { .. } => {
                "Use PROJECT/ENVIRONMENT or the id; `keystile env list` shows both.".to_owned()
            }
            Self::NoDataDirectory => {
                "Open the store by its path, or set the environment variable KEYSTILE_DB."
                    .to_owned()
            }
            Self::Store(error) => error.advice(),
            Self::Busy => keystile_verifier::Error::Busy.advice(),
            Self::Unavailable(reason) => reason.advice().to_owned(),
            Self::Other(error) => error.advice(),
        }
    }
}

impl From<keystile_verifier::Error> for Error {
    fn from(error: keystile_verifier::Error) -> Self {
        match error {
            keystile_verifier::Error::Busy => Self::Busy,
            keystile_verifier::Error::Unavailable { reason, .. } => Self::Unavailable(reason),
            keystile_verifier::Error::Store(error) => Self::Store(error),
            other => Self::Other(other),
        }
    }
}
