//! Which permission an HTTP request requires: route rules, how a path may be read, and by what a request asks to be
//! treated as one of another method. Pure functions over `http` types.

#![forbid(unsafe_code)]

mod path;
mod request_kind;
mod route_rule;

pub use request_kind::{RequestKind, request_kind};
pub use route_rule::{Access, MAX_RULES, RouteMatch, RouteRule, RouteRuleError, RouteRules};
