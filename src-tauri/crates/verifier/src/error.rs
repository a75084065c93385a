//! Why there is no verdict. A refusal is an answer and no error: whoever sees one of these answers a request with 503
//! and lets nothing pass. Each has a code, a sentence and a next step; causes are sources, for the log.

use keystile_store::StoreError;

/// Why a check has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More keys wait for their first proof than the queue holds, or this one waited too long.
    #[error("Too many keys are being proven at once.")]
    Busy,
    /// The database cannot be trusted to be what it was, or cannot be read.
    #[error("{reason}")]
    Unavailable {
        /// What is wrong with it.
        reason: RejectReason,
        /// What the store said.
        #[source]
        cause: Option<StoreError>,
    },
    /// The database could not be opened in the first place.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectReason {
    /// The file was deleted, moved or replaced.
    Gone,
    /// Another program switched it to a write-ahead log, in which commits cannot be seen.
    WriteAheadLog,
    /// Another program held it for longer than 1 s.
    Locked,
    /// It could not be read.
    Unreadable,
}

impl std::fmt::Display for RejectReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Gone => "The database file was deleted, moved or replaced.",
            Self::WriteAheadLog => {
                "The database was switched to a write-ahead log by another program."
            }
            Self::Locked => "Another program is using the database.",
            Self::Unreadable => "The database could not be read.",
        })
    }
}

impl RejectReason {
    /// What to do next.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Gone => "Put the database back in its place; checks go on by themselves then.",
            Self::WriteAheadLog => {
                "Switch it back with: PRAGMA journal_mode = DELETE. Revocations cannot be seen at once otherwise."
            }
            Self::Locked => {
                "Try again in a moment; end the program that holds the database if it lasts."
            }
            Self::Unreadable => "Try again. If it happens again, look into the log.",
        }
    }
}

impl Error {
    pub(crate) fn unavailable(reason: RejectReason) -> Self {
        Self::Unavailable {
            reason,
            cause: None,
        }
    }

    /// The stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy => "verifier_busy",
            Self::Unavailable { reason, .. } => match reason {
                RejectReason::Gone => "database_gone",
                RejectReason::WriteAheadLog => "database_wal",
                RejectReason::Locked => "database_busy",
                RejectReason::Unreadable => "database_failed",
            },
            Self::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::Busy => "Try again in a moment.".to_owned(),
            Self::Unavailable { reason, .. } => reason.advice().to_owned(),
            Self::Store(error) => error.advice(),
        }
    }
}
