//! The access that a request requires, and why.

use std::fmt;
use std::str::FromStr;

use keystile_keys::Permission;

use crate::path::PathDoubt;
use crate::route_rule_error::RouteRuleError;

/// The access that a request requires, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// No key.
    Open,
    /// A key with this permission.
    Key(Permission),
}

impl Access {
    /// `open`, `read` or `write`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Key(permission) => permission.as_str(),
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Access {
    type Err = RouteRuleError;

    fn from_str(text: &str) -> Result<Self, RouteRuleError> {
        match text {
            "open" => Ok(Self::Open),
            "read" => Ok(Self::Key(Permission::Read)),
            "write" => Ok(Self::Key(Permission::Write)),
            _ => Err(RouteRuleError::Need),
        }
    }
}

/// The access that a request requires, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteMatch {
    /// The access.
    pub access: Access,
    /// Why.
    pub reason: AccessReason,
}

/// Why a request requires its access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessReason {
    /// The rule at this index, from 0, matches.
    Rule(usize),
    /// No rule matches; GET, HEAD and OPTIONS require `read`, every other method `write`.
    Method,
    /// It names another method in a header or in its query.
    MethodOverride,
    /// It asks for an upgrade of the connection.
    Upgrade,
    /// Servers may read its path differently, so no rule can be applied.
    UncertainPath(PathDoubt),
}

impl fmt::Display for AccessReason {
    /// Writes the reason as the end of a sentence such as "it requires write: …".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(index) => write!(f, "rule {}", index + 1),
            Self::Method => f.write_str("default for its method"),
            Self::MethodOverride => f.write_str("it overrides its method"),
            Self::Upgrade => f.write_str("it upgrades the connection"),
            Self::UncertainPath(doubt) => write!(f, "its path {doubt}"),
        }
    }
}

impl RouteMatch {
    /// The index of the rule that decided, if one did.
    pub fn rule(&self) -> Option<usize> {
        match self.reason {
            AccessReason::Rule(index) => Some(index),
            _ => None,
        }
    }

    pub(crate) const fn write(reason: AccessReason) -> Self {
        Self {
            access: Access::Key(Permission::Write),
            reason,
        }
    }
}
