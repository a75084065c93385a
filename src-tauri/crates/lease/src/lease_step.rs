//! What a verifier does next.

use crate::head::{Head, Seq};
use crate::server::VerifierId;

/// The next step of a verifier. Each statement is committed before its reply is passed to the lease; after any error,
/// the connection is closed and [`Lease::failed`](crate::Lease::failed) called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LeaseStep {
    /// Open a connection to the primary, not through a transaction pooler; then call
    /// [`Lease::connected`](crate::Lease::connected).
    Connect,
    /// In one statement, delete the rows `previous` and insert `(id, seen)` into `verifiers`; then call
    /// [`Lease::registered`](crate::Lease::registered).
    Register {
        /// The id of the new row.
        id: VerifierId,
        /// What memory contains.
        seen: Seq,
        /// Rows that earlier registrations of this process may have left.
        previous: Vec<VerifierId>,
    },
    /// In one statement, read the fields of [`ReadReply`](crate::ReadReply) and the changes after `since` with the rows
    /// that they name; then call [`Lease::read`](crate::Lease::read).
    Read {
        /// The id of the verifier's row.
        id: VerifierId,
        /// What memory contains; `None` if memory is empty and has to follow no changes.
        since: Option<Head>,
    },
    /// Apply the changes of the last read to memory, or clear memory; then call
    /// [`Lease::applied`](crate::Lease::applied).
    Apply {
        /// The head up to which the changes reach.
        head: Head,
    },
    /// Set `seen` of the row `id` and return the fields of [`AcknowledgeReply`](crate::AcknowledgeReply); then call
    /// [`Lease::acknowledged`](crate::Lease::acknowledged).
    Acknowledge {
        /// The id of the verifier's row.
        id: VerifierId,
        /// The new value of `seen`.
        seen: Seq,
    },
    /// Wait for [`POLL_INTERVAL`](crate::POLL_INTERVAL) or for a notification; then call
    /// [`Lease::wake`](crate::Lease::wake).
    Idle,
    /// Clear memory, because the database went back to an earlier state; then call
    /// [`Lease::cleared`](crate::Lease::cleared).
    Clear,
    /// Close the connection and report the reason. [`Lease::failed`](crate::Lease::failed) starts over.
    Stop(StopReason),
}

/// Why a verifier cannot hold a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// The server is a standby, which may lag behind the primary.
    Standby,
    /// Statements of one connection reach several backends.
    TransactionPooler,
    /// [`Lease::close`](crate::Lease::close) was called.
    Closed,
}
