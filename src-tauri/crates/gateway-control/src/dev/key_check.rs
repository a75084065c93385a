//! Checks a new key: authorizes one read and one write as every server does, without opening a port and without
//! counting a use.

use std::time::{Duration, Instant};

use keystile_gateway::Outcome;
use keystile_guard::{UsageAccounting, authorize};
use keystile_keys::{EnvironmentId, Permission};
use keystile_verifier::Verifier;

/// The decisions about a read and a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCheckResult {
    /// For a request that reads.
    pub read: Outcome,
    /// For a request that writes.
    pub write: Outcome,
    /// The time of both checks.
    pub duration: Duration,
}

/// Authorizes a read and a write with a key.
pub async fn check_key(
    verifier: &Verifier,
    environment: &EnvironmentId,
    key: &str,
) -> KeyCheckResult {
    let start = Instant::now();
    let read = outcome(verifier, environment, key, Permission::Read).await;
    let write = outcome(verifier, environment, key, Permission::Write).await;
    KeyCheckResult {
        read,
        write,
        duration: start.elapsed(),
    }
}

async fn outcome(
    verifier: &Verifier,
    environment: &EnvironmentId,
    key: &str,
    permission: Permission,
) -> Outcome {
    let usage = UsageAccounting::Uncounted;
    match authorize(verifier.view(), key, environment, permission, usage).await {
        Ok(_) => Outcome::Allowed,
        Err(rejection) => Outcome::Denied(rejection.code),
    }
}
