//! Why a key cannot be checked. A rejected key is a [`Verification`](crate::Verification), not an error; a request must
//! not be allowed after either.

use keystile_store::StoreError;
use miette::Diagnostic;
use thiserror::Error;

/// Why no decision about a key was possible.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum Error {
    /// Too many keys wait for their first Argon2id proof, or this one waited too long.
    #[error("Too many keys are waiting for their first verification.")]
    #[diagnostic(code("verifier_busy"), help("Try again in a moment."))]
    Busy,
    /// The database cannot be read, or is not the one that was opened.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Unavailable(#[from] UnavailableReason),
    /// The store could not be opened.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error, Diagnostic)]
#[non_exhaustive]
pub enum UnavailableReason {
    /// The file was deleted, moved, or replaced.
    #[error("The database file was deleted, moved, or replaced.")]
    #[diagnostic(
        code("database_missing"),
        help("Restore the database file; verification resumes automatically.")
    )]
    Missing,
    /// Another program switched the database to WAL mode, in which the header does not show commits.
    #[error("Another program switched the database to WAL mode.")]
    #[diagnostic(
        code("database_wal"),
        help("Run `PRAGMA journal_mode = DELETE` on the database.")
    )]
    WriteAheadLog,
    /// Another program has locked the database for longer than 1 s.
    #[error("The database is locked by another program.")]
    #[diagnostic(
        code("database_busy"),
        help("Try again. If it persists, stop the process holding the lock.")
    )]
    Locked,
    /// This process has no lease on the shared database: it cannot know whether keys were revoked.
    #[error("This replica has no connection to the shared database.")]
    #[diagnostic(
        code("no_lease"),
        help("It connects again by itself. If it persists, see the log.")
    )]
    NoLease,
    /// Statements of one connection reach several backends.
    #[error("The connection to PostgreSQL goes through a transaction pooler.")]
    #[diagnostic(
        code("transaction_pooler"),
        help("Use a direct connection, or --consistency ask.")
    )]
    TransactionPooler,
    /// The server only reads.
    #[error("The PostgreSQL server is a standby.")]
    #[diagnostic(code("standby"), help("Use the address of the primary server."))]
    Standby,
    /// The database could not be read.
    #[error("The database could not be read.")]
    #[diagnostic(
        code("database_failed"),
        help("Try again. If it persists, see the log.")
    )]
    Unreadable,
}
