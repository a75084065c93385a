//! Durations of the protocol.

use std::time::Duration;

/// The time for which a permission lasts, counted from before its statement was sent.
pub const TTL: Duration = Duration::from_millis(800);
/// The time by which a revoker waits longer than [`TTL`]: clocks of two machines may differ in rate by 20 %.
pub const MARGIN: Duration = Duration::from_millis(200);
/// The time between two reads of a verifier that no notification has woken.
pub const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// The limit of each statement, enforced by the client. After it, the connection is closed.
pub const STATEMENT_LIMIT: Duration = Duration::from_millis(1_500);

/// The durations on which verifiers and revokers of one database must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timing {
    /// See [`TTL`].
    pub ttl: Duration,
    /// See [`MARGIN`].
    pub margin: Duration,
}

impl Default for Timing {
    /// Returns [`TTL`] and [`MARGIN`].
    fn default() -> Self {
        Self {
            ttl: TTL,
            margin: MARGIN,
        }
    }
}
