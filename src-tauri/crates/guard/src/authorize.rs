//! The decision about a request: which key does it carry, and may that key do what the request requires? Every server of
//! Keystile decides here.

use std::net::IpAddr;
use std::sync::Arc;

use keystile_keys::{DenyReason, EnvironmentId, Permission, Verdict};
use keystile_verifier::{KeyInfo, Verifier};

use crate::decision_code::DecisionCode;
use crate::problem::Problem;
use crate::time;

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
    verifier: &Verifier,
    key: Option<&str>,
    environment: &EnvironmentId,
    need: Permission,
    usage: UsageAccounting,
) -> Result<Arc<KeyInfo>, Rejection> {
    let text = key.ok_or_else(Problem::credentials_missing)?;
    let now = time::now();
    let answer = verifier
        .check(text, environment, need, now)
        .await
        .map_err(|error| Problem::unavailable(&error, false))?;
    if let UsageAccounting::Counted(client) = usage {
        verifier.record(&answer, environment, need, client, now);
    }
    let refusal = match (answer.verdict, answer.key) {
        (Verdict::Accepted(_), Some(key)) => return Ok(key),
        // An accepted key is always named; one that is not opens nothing.
        (Verdict::Accepted(_), None) => (DenyReason::Unknown, None),
        (Verdict::Refused(refusal), key) => (refusal, key),
    };
    let problem = match refusal.0 {
        DenyReason::InsufficientPermission => Problem::key_lacks_write(),
        _ => Problem::key_refused(),
    };
    Err(Rejection {
        problem,
        code: refusal.0.into(),
        key: refusal.1,
    })
}
