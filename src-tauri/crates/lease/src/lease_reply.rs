//! What the statements of a verifier return.

use crate::head::{AuditHash, Head, Seq};
use crate::server::BackendId;

/// The first reply on a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectReply {
    /// `pg_backend_pid()`.
    pub backend: BackendId,
    /// `pg_is_in_recovery()`.
    pub in_recovery: bool,
}

/// The reply to a registration that is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RegisterReply {
    /// `pg_backend_pid()`.
    pub backend: BackendId,
}

/// The reply to a read; all fields are from one snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadReply {
    /// `pg_backend_pid()`.
    pub backend: BackendId,
    /// `pg_is_in_recovery()`.
    pub in_recovery: bool,
    /// The last audit row.
    pub head: Head,
    /// The hash of the audit row with the number of the step's `since`; `None` if there is no such row. Row 0, which is
    /// before the first one, always exists.
    pub since_hash: Option<AuditHash>,
    /// `seen` of the verifier's row; `None` if there is no such row.
    pub seen: Option<Seq>,
}

/// The reply to an acknowledgment that is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AcknowledgeReply {
    /// `pg_backend_pid()`.
    pub backend: BackendId,
    /// Whether the verifier's row existed.
    pub updated: bool,
    /// The last audit row in the snapshot of the statement.
    pub head: Seq,
}
