//! Authorization policy of HTTP requests: route rules, path normalization, method overrides, and the location of the
//! key. Pure functions over `http` types.

#![forbid(unsafe_code)]

mod access;
mod key_location;
mod method_override;
mod path;
mod request_facts;
mod route_rule;
mod route_rule_error;

pub use access::{Access, AccessReason, RouteMatch};
pub use key_location::{KeyLocation, KeyLocationError, X_API_KEY};
pub use method_override::is_header as is_method_override;
pub use path::{MAX_DECODINGS, PathDoubt, may_have_dot_segments};
pub use request_facts::{RequestFacts, RequestKind, request_kind};
pub use route_rule::{RouteRule, RouteRules, UnusedRule};
pub use route_rule_error::{MAX_RULES, RouteRuleError};
