//! The errors of this crate.

use std::fmt::Display;

use keystile_store::StoreError;
use keystile_verifier::UnavailableReason;
use miette::Diagnostic;
use thiserror::Error;

/// Why a verifier cannot be opened, or no decision about a key was possible. A rejected key is a
/// [`Verification`](crate::Verification), not an error.
#[derive(Debug, Error)]
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
    #[error(transparent)]
    Unavailable(UnavailableReason),
    /// An error of a newer version.
    #[error(transparent)]
    Other(keystile_verifier::Error),
}

impl Error {
    /// Returns what to do next.
    pub fn advice(&self) -> String {
        self.help()
            .map_or_else(String::new, |help| help.to_string())
    }
}

// Not derived: `transparent` would call the inherent `code` of `StoreError`.
impl Diagnostic for Error {
    fn code(&self) -> Option<Box<dyn Display + '_>> {
        Some(Box::new(match self {
            Self::UnknownEnvironment { .. } => "environment_not_found",
            Self::NoDataDirectory => "no_data_directory",
            Self::Busy => keystile_verifier::Error::Busy.code(),
            Self::Unavailable(reason) => return reason.code(),
            Self::Store(error) => error.code(),
            Self::Other(error) => error.code(),
        }))
    }

    fn help(&self) -> Option<Box<dyn Display + '_>> {
        match self {
            Self::UnknownEnvironment { .. } => Some(Box::new(
                "Use PROJECT/ENVIRONMENT or the id; `keystile env list` shows both.",
            )),
            Self::NoDataDirectory => Some(Box::new(
                "Open the store by its path, or set the environment variable KEYSTILE_DB.",
            )),
            Self::Busy => Some(Box::new("Try again in a moment.")),
            Self::Unavailable(reason) => reason.help(),
            Self::Store(error) => error.help(),
            Self::Other(error) => error.help(),
        }
    }
}

impl From<keystile_verifier::Error> for Error {
    fn from(error: keystile_verifier::Error) -> Self {
        match error {
            keystile_verifier::Error::Busy => Self::Busy,
            keystile_verifier::Error::Unavailable(reason) => Self::Unavailable(reason),
            keystile_verifier::Error::Store(error) => Self::Store(error),
            other => Self::Other(other),
        }
    }
}
