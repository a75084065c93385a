//! The decision about a request, as the owner of the API sees it. Contains no key and no query string.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::Method;
use keystile_guard::DecisionCode;
use keystile_keys::Timestamp;
use keystile_policy::Access;
use keystile_verifier::KeyInfo;

/// The decision about one request. Published once, when the response begins or the client gives up.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Increases for the life of the process.
    pub id: u64,
    /// The time of the decision.
    pub time: Timestamp,
    /// The method.
    pub method: Method,
    /// The method of an override header or query parameter.
    pub override_method: Option<String>,
    /// The path, with keys redacted.
    pub path: String,
    /// The required access.
    pub access: Access,
    /// Why, as the end of a sentence: `rule POST /search write`, `default for its method`.
    pub access_reason: Cow<'static, str>,
    /// Names of headers of the client that only a proxy may set, separated by commas. They are not forwarded. `None` if
    /// there are none, or if the request was denied.
    pub removed_headers: Option<String>,
    /// The address of the client.
    pub client: IpAddr,
    /// The key, if its secret is correct.
    pub key: Option<Arc<KeyInfo>>,
    /// The outcome.
    pub outcome: Outcome,
    /// The status of the response; 499 if the client closed the connection before it.
    pub status: u16,
    /// The time from receiving the request headers to the response headers.
    pub duration: Duration,
    /// The value of `X-Keystile-Trace`, by which the sender finds its decision.
    pub trace: Option<String>,
}

impl Decision {
    /// Returns the method with its override, such as `GET as DELETE`.
    pub fn display_method(&self) -> String {
        match &self.override_method {
            Some(method) => format!("{} as {method}", self.method),
            None => self.method.to_string(),
        }
    }
}

/// Returns the next decision id.
pub(crate) fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The outcome of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The request was forwarded.
    Allowed,
    /// The request was denied for this reason.
    Denied(DecisionCode),
    /// The request was forwarded, but no response was delivered for this reason.
    NoResponse(DecisionCode),
}

impl Outcome {
    /// Returns whether the request was forwarded.
    pub fn is_allowed(self) -> bool {
        match self {
            Self::Allowed | Self::NoResponse(_) => true,
            Self::Denied(_) => false,
        }
    }

    /// Returns `Allowed`, or the code of the reason.
    pub fn code(self) -> DecisionCode {
        match self {
            Self::Allowed => DecisionCode::Allowed,
            Self::Denied(code) | Self::NoResponse(code) => code,
        }
    }
}
