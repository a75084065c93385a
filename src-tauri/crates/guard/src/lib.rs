//! Authorizes HTTP requests by Keystile API keys: extracts the key, verifies it, and turns denials into problem
//! responses (RFC 9457, RFC 6750). Works on `http` types, for any server.

#![forbid(unsafe_code)]

mod authorize;
mod credentials;
mod decision_code;
mod gateway_problems;
mod guard;
mod identity_headers;
mod key_extractor;
mod key_problems;
mod key_scan;
#[cfg(feature = "tower")]
mod layer;
mod problem;
mod problems;
mod redact;
mod request_log;
mod reserved_headers;
mod sunset;

pub use authorize::{Rejection, UsageAccounting, authorize};
pub use credentials::bearer_token;
pub use decision_code::DecisionCode;
pub use guard::{Authorized, ClientAddress, Guard, authorize_request};
pub use identity_headers::identity_headers;
pub use key_extractor::KeyExtractor;
pub use key_scan::{QueryKey, query_key, resembles_key};
#[cfg(feature = "tower")]
pub use layer::{GuardLayer, Guarded};
pub use problem::{Problem, ProblemBody, Response, json, response};
pub use redact::redact_path;
pub use request_log::logged_method;
pub use reserved_headers::{
    REMOVED_HEADERS, RESERVED_HEADERS, is_plain, is_reserved, reject_reserved_headers,
};
pub use sunset::sunset_header;
