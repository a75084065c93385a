//! The test of a new key: decides about one read and one write as every server of Keystile does, without opening a port.
//! It is no use of the key and is not counted.

use std::time::{Duration, Instant};

use keystile_gateway::Outcome;
use keystile_guard::{UsageAccounting, authorize};
use keystile_keys::{EnvironmentId, Permission};
use keystile_verifier::Verifier;

/// Both decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCheck {
    /// About a request that reads.
    pub read: Outcome,
    /// About a request that writes.
    pub write: Outcome,
    /// The time for both.
    pub took: Duration,
}

/// Decides about a read and a write with this key.
pub async fn check_key(verifier: &Verifier, environment: &EnvironmentId, key: &str) -> KeyCheck {
    let start = Instant::now();
    let read = outcome(verifier, environment, key, Permission::Read).await;
    let write = outcome(verifier, environment, key, Permission::Write).await;
    KeyCheck {
        read,
        write,
        took: start.elapsed(),
    }
}

async fn outcome(
    verifier: &Verifier,
    environment: &EnvironmentId,
    key: &str,
    permission: Permission,
) -> Outcome {
    let usage = UsageAccounting::Uncounted;
    match authorize(verifier.view(), Some(key), environment, permission, usage).await {
        Ok(_) => Outcome::Accepted,
        Err(rejection) => Outcome::Refused(rejection.code),
    }
}
