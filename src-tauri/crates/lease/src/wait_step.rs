//! What a revoker learns and does next.

use crate::boot_time::BootTime;
use crate::head::Seq;
use crate::server::Incarnation;

/// What the transaction of a revocation has written and read.
///
/// The transaction locks the row of `deployment`. If the row's incarnation is not that of the server, it stores that of
/// the server and `settled = false`. It then changes the key and appends the audit row. If the outcome of its commit is
/// unknown, repeat the transaction: where an audit row with the same idempotency key exists, it changes no key, but
/// writes and commits, so that the row is replicated when the commit is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Commit {
    /// The number of the audit row.
    pub seq: Seq,
    /// The incarnation of the server that committed.
    pub incarnation: Incarnation,
    /// `settled`, after the comparison of the incarnations.
    pub settled: bool,
}

/// The next step of a revoker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitStep {
    /// In one statement, read the fields of [`CountReply`]; then call
    /// [`RevocationWait::counted`](crate::RevocationWait::counted). The statement must be given up at
    /// [`RevocationWait::deadline`](crate::RevocationWait::deadline).
    Count {
        /// Rows with a smaller `seen` are behind.
        seq: Seq,
    },
    /// Wait, then ask for the next step. No database is needed.
    WaitUntil(BootTime),
    /// Delete the rows that are behind; then call [`RevocationWait::deleted`](crate::RevocationWait::deleted).
    DeleteBehind {
        /// Rows with a smaller `seen` are behind.
        seq: Seq,
    },
    /// Set `settled`, only where both the stored incarnation and that of the server are this one; then call
    /// [`RevocationWait::settled`](crate::RevocationWait::settled).
    Settle {
        /// The incarnation in which the whole wait took place.
        incarnation: Incarnation,
    },
    /// Return to the user: no verifier allows the key.
    Finished(WaitOutcome),
}

/// The reply to a count; both fields are from one statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CountReply {
    /// The number of rows that are behind.
    pub behind: u64,
    /// `pg_postmaster_start_time()`.
    pub incarnation: Incarnation,
}

/// The reply to a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeleteReply {
    /// The number of deleted rows.
    pub deleted: u64,
    /// `pg_postmaster_start_time()`.
    pub incarnation: Incarnation,
}

/// How a wait has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitOutcome {
    /// Every verifier has acknowledged the revocation.
    Acknowledged,
    /// All permissions that are older than the revocation are over.
    TimedOut {
        /// The number of verifiers that have not acknowledged the revocation; `None` if the database did not respond.
        silent: Option<u64>,
    },
}
