//! What the owner of the API sees of each request: who asked what, and whether it passed. Never a key, and no query
//! string, which may hold anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::Method;
use keystile_guard::DecisionCode;
use keystile_keys::Timestamp;
use keystile_policy::Access;
use keystile_verifier::KeyInfo;

/// One request that was decided about.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Counts up, for the life of the program. What became of an accepted request is told once more under its number.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Its method.
    pub method: Method,
    /// The method that it asks to be treated as, by a header or in its query.
    pub override_method: Option<String>,
    /// Its path.
    pub path: String,
    /// What it needed.
    pub need: Access,
    /// The key, when one was needed and its secret was right.
    pub key: Option<Arc<KeyInfo>>,
    /// Whether it passed.
    pub outcome: Outcome,
    /// What its `X-Keystile-Trace` said, by which the sender finds its own decision.
    pub trace: Option<String>,
}

impl Decision {
    /// Returns the method, and the one that the request asks to be treated as: `GET as DELETE`.
    pub fn shown_method(&self) -> String {
        match &self.override_method {
            Some(other) => format!("{} as {other}", self.method),
            None => self.method.to_string(),
        }
    }
}

/// The next number.
pub(crate) fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// How a decision ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was passed to the API.
    Accepted,
    /// It was not, for this reason.
    Refused(DecisionCode),
    /// It was passed to the API, which for this reason did not answer.
    Unanswered(DecisionCode),
}

impl Outcome {
    /// Whether the request was passed to the API.
    pub fn is_accepted(self) -> bool {
        match self {
            Self::Accepted | Self::Unanswered(_) => true,
            Self::Refused(_) => false,
        }
    }

    /// `Accepted`, or the code of the reason.
    pub fn code(self) -> DecisionCode {
        match self {
            Self::Accepted => DecisionCode::Accepted,
            Self::Refused(code) | Self::Unanswered(code) => code,
        }
    }
}
