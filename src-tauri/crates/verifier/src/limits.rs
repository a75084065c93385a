//! The settings of a verifier.

use std::time::Duration;

/// Settings of a verifier. [`Builder`](crate::Builder) documents them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) max_cached_keys: usize,
    pub(crate) max_waiting_proofs: usize,
    pub(crate) proof_timeout: Duration,
    pub(crate) logs_requests: bool,
    pub(crate) consistency: Consistency,
}

/// How a verifier on a shared PostgreSQL database knows whether keys were changed. On SQLite, the database file tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Consistency {
    /// It decides from memory while it has a lease, for which every change waits. Needs a direct connection.
    #[default]
    Lease,
    /// It reads the database for each check, or for all checks that wait. Needs no direct connection.
    Ask,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_cached_keys: 131_072,
            max_waiting_proofs: 4_096,
            proof_timeout: Duration::from_secs(15),
            logs_requests: true,
            consistency: Consistency::default(),
        }
    }
}
