//! What the owner of the API sees of each request: who asked what, and whether it passed. Never a key, and no query
//! string, which may hold anything.

use std::sync::Arc;

use hyper::Method;
use keystile_keys::{RouteNeed, Timestamp};
use keystile_verifier::KnownKey;

/// One request that was decided about.
#[derive(Debug, Clone)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// What it needed.
    pub need: RouteNeed,
    /// The key, when one was needed and its secret was right.
    pub key: Option<Arc<KnownKey>>,
    /// Whether it passed.
    pub outcome: Outcome,
    /// What its `X-Keystile-Trace` said, by which the sender finds its own decision.
    pub trace: Option<String>,
}

/// How a decision ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was passed to the API.
    Accepted,
    /// It was not, for this reason.
    Refused(&'static str),
}

impl Outcome {
    /// `accepted`, or the code of the reason.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused(code) => code,
        }
    }
}
