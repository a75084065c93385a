//! Why keys cannot be checked, or an environment was not found.

use keystile_store::StoreError;
use keystile_verifier::RejectReason;

/// Why there is no verifier, or no decision. A rejected key is a [`Verification`](crate::Verification), not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No environment has this name or id.
    #[error("There is no environment {reference}.")]
    UnknownEnvironment {
        /// The name or id.
        reference: String,
    },
    /// The user has no data folder, so there is no default store.
    #[error("This user has no data folder.")]
    NoDataFolder,
    /// The store could not be opened.
    #[error(transparent)]
    Store(StoreError),
    /// Too many keys wait for their first proof.
    #[error("Too many keys wait for their first check.")]
    Busy,
    /// The database cannot be read, or is not the one that was opened.
    #[error("{0}")]
    Unavailable(RejectReason),
    /// An error of a newer version.
    #[error(transparent)]
    Other(keystile_verifier::Error),
}

impl Error {
    /// Returns what to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::UnknownEnvironment { .. } => {
                "Name it as PROJECT/ENVIRONMENT or by its id; `keystile env list` shows both."
                    .to_owned()
            }
            Self::NoDataFolder => {
                "Open the store by its path, or set the variable KEYSTILE_DB.".to_owned()
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
