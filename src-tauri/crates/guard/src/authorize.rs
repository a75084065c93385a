//! Authorizes a request by its key. Every server of Keystile decides here.

use std::net::IpAddr;
use std::sync::Arc;

use keystile_keys::{DenyReason, EnvironmentId, Permission};
use keystile_verifier::{KeyInfo, Verification, View};

use crate::decision_code::DecisionCode;
use crate::problem::Problem;

/// A denied request: the response to the client, and what only the owner of the API may know.
#[derive(Debug)]
pub struct Rejection {
    /// The response to the client.
    pub problem: Problem,
    /// The exact reason.
    pub code: DecisionCode,
    /// The key, if its secret is correct.
    pub key: Option<Arc<KeyInfo>>,
}

impl From<Problem> for Rejection {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.decision_code(),
            problem,
            key: None,
        }
    }
}

/// Whether a request counts as a use of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageAccounting {
    /// It counts, with the client's address if that is known.
    Counted(Option<IpAddr>),
    /// It is a check by Keystile itself and does not count.
    Uncounted,
}

/// Verifies a key and counts its use.
///
/// # Errors
/// The key is not accepted, or no decision is possible at the moment.
pub async fn authorize(
    view: View<'_>,
    key: &str,
    environment: &EnvironmentId,
    permission: Permission,
    usage: UsageAccounting,
) -> Result<Arc<KeyInfo>, Rejection> {
    let verifier = view.verifier();
    let now = verifier.now();
    let verification = view
        .verify(key, environment, permission, now)
        .await
        .map_err(|error| Problem::unavailable(&error, false))?;
    if let UsageAccounting::Counted(client) = usage {
        verifier.record(&verification, permission, client, now);
    }
    let (reason, key) = match verification {
        Verification::Accepted(key) => return Ok(key),
        Verification::Rejected { reason, key } => (reason, key),
    };
    let problem = match reason {
        DenyReason::InsufficientPermission => Problem::insufficient_scope(),
        _ => Problem::key_rejected(),
    };
    Err(Rejection {
        problem,
        code: reason.into(),
        key,
    })
}
