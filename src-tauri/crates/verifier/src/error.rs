//! Why a key cannot be checked. A rejected key is a [`Verification`](crate::Verification), not an error; a request must not be
//! allowed after either.

use keystile_store::StoreError;

/// Why no decision about a key was possible.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Too many keys wait for their first Argon2id proof, or this one waited too long.
    #[error("Too many keys are waiting for their first verification.")]
    Busy,
    /// The database cannot be read, or is not the one that was opened.
    #[error("{reason}")]
    Unavailable {
        /// What is wrong with the database.
        reason: UnavailableReason,
        /// The error of the store.
        #[source]
        cause: Option<StoreError>,
    },
    /// The store could not be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnavailableReason {
    /// The file was deleted, moved or replaced.
    Missing,
    /// Another program switched the database to WAL mode, in which the header does not show commits.
    WriteAheadLog,
    /// Another program has locked the database for longer than 1 s.
    Locked,
    /// The database could not be read.
    Unreadable,
}

impl std::fmt::Display for UnavailableReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Missing => "The database file was deleted, moved or replaced.",
            Self::WriteAheadLog => "Another program switched the database to WAL mode.",
            Self::Locked => "The database is locked by another program.",
            Self::Unreadable => "The database could not be read.",
        })
    }
}

impl UnavailableReason {
    /// Returns what to do next.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Missing => "Restore the database file; verification resumes automatically.",
            Self::WriteAheadLog => "Run `PRAGMA journal_mode = DELETE` on the database.",
            Self::Locked => "Try again. If it persists, stop the process holding the lock.",
            Self::Unreadable => "Try again. If it persists, see the log.",
        }
    }
}

impl Error {
    pub(crate) fn unavailable(reason: UnavailableReason) -> Self {
        Self::Unavailable {
            reason,
            cause: None,
        }
    }

    /// Returns a stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy => "verifier_busy",
            Self::Unavailable { reason, .. } => match reason {
                UnavailableReason::Missing => "database_missing",
                UnavailableReason::WriteAheadLog => "database_wal",
                UnavailableReason::Locked => "database_busy",
                UnavailableReason::Unreadable => "database_failed",
            },
            Self::Store(error) => error.code(),
        }
    }

    /// Returns what to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::Busy => "Try again in a moment.".to_owned(),
            Self::Unavailable { reason, .. } => reason.advice().to_owned(),
            Self::Store(error) => error.advice(),
        }
    }
}
