//! Errors of route rules.

use thiserror::Error;

/// Maximum number of rules of a gateway.
pub const MAX_RULES: usize = 100;

/// Why a text is not a route rule.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RouteRuleError {
    /// The method is not one word of capital letters.
    #[error("use one method in capital letters, or * for all methods")]
    Method,
    /// The path is not valid in a request.
    #[error("start the path with /, use at most 200 URL characters, and optionally end it with /*")]
    Path,
    /// The access is unknown.
    #[error("use open, read, or write")]
    Access,
    /// The rule does not have three parts.
    #[error("use a method, a path, and an access, such as POST /search read")]
    Syntax,
    /// There are more than [`MAX_RULES`] rules.
    #[error("use at most 100 rules")]
    TooMany,
}
