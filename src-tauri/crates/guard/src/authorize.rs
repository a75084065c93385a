//! The decision about a request: which key does it carry, and may that key do what the request requires? Every server of
//! Keystile decides here.

use std::net::IpAddr;
use std::sync::Arc;

use keystile_keys::{DenyReason, EnvironmentId, Permission};
use keystile_verifier::{KeyInfo, Verification, View};

use crate::decision_code::DecisionCode;
use crate::problem::Problem;

/// A request that does not pass: what its sender is told, and what only the owner of the API learns.
#[derive(Debug)]
pub struct Rejection {
    /// For the sender.
    pub problem: Problem,
    /// The exact reason.
    pub code: DecisionCode,
    /// Whose key it is, when the secret was right.
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

/// Whether a request is a use of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageAccounting {
    /// It is, by the client at this address where that is known.
    Counted(Option<IpAddr>),
    /// It is Keystile's own: it asks what others would be answered.
    Uncounted,
}

/// Asks the verifier, and counts the use.
///
/// # Errors
/// The key may not do that, or nobody can tell at the moment.
pub async fn authorize(
    view: View<'_>,
    key: Option<&str>,
    environment: &EnvironmentId,
    permission: Permission,
    usage: UsageAccounting,
) -> Result<Arc<KeyInfo>, Rejection> {
    let text = key.ok_or_else(Problem::credentials_missing)?;
    let verifier = view.verifier();
    let now = verifier.now();
    let verification = view
        .verify(text, environment, permission, now)
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
        DenyReason::InsufficientPermission => Problem::key_lacks_write(),
        _ => Problem::key_refused(),
    };
    Err(Rejection {
        problem,
        code: reason.into(),
        key,
    })
}
