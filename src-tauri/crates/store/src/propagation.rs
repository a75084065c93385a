//! What a change waited for after its commit.

use std::time::Duration;

/// How the verifiers of a shared store learned of a change. They allow no request by what it has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Propagation {
    /// The verifiers that have acknowledged the change.
    pub replicas: u64,
    /// The verifiers that did not respond before their leases had ended; `None` if the database did not respond either.
    pub silent: Option<u64>,
    /// How long the change waited.
    pub waited: Duration,
}
