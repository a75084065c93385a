//! Why a text is no route rule.

use thiserror::Error;

/// The most rules of one gateway.
pub const MAX_RULES: usize = 100;

/// Why a rule is none.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RouteRuleError {
    /// The method is not a word of capital letters.
    #[error("a method is a word of capital letters, or * for every method")]
    Method,
    /// The path is not one that a request can have.
    #[error(
        "a path begins with /, is at most 200 characters of an address long, and may end with /*"
    )]
    Path,
    /// Neither open nor read nor write.
    #[error("a rule says open, read or write")]
    Need,
    /// Not three words.
    #[error("a rule is a method, a path and what they need, such as POST /search read")]
    Form,
    /// More than [`MAX_RULES`].
    #[error("a gateway has at most 100 rules")]
    TooMany,
}
