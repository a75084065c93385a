//! The access that a request requires, with the reason.

use std::fmt;
use std::str::FromStr;

use keystile_keys::Permission;

use crate::path::PathDoubt;
use crate::route_rule_error::RouteRuleError;

/// The access that a request requires, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "&'static str", try_from = "std::borrow::Cow<'_, str>")
)]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(type = "\"open\" | \"read\" | \"write\"")
)]
pub enum Access {
    /// No key.
    Open,
    /// A key with this permission.
    Key(Permission),
}

impl Access {
    /// Returns `open`, `read`, or `write`.
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

impl From<Access> for &'static str {
    fn from(access: Access) -> Self {
        access.as_str()
    }
}

impl TryFrom<std::borrow::Cow<'_, str>> for Access {
    type Error = RouteRuleError;

    fn try_from(text: std::borrow::Cow<'_, str>) -> Result<Self, RouteRuleError> {
        text.parse()
    }
}

impl FromStr for Access {
    type Err = RouteRuleError;

    fn from_str(text: &str) -> Result<Self, RouteRuleError> {
        match text {
            "open" => Ok(Self::Open),
            "read" => Ok(Self::Key(Permission::Read)),
            "write" => Ok(Self::Key(Permission::Write)),
            _ => Err(RouteRuleError::Access),
        }
    }
}

/// The access that a request requires, with the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteMatch {
    /// The access.
    pub access: Access,
    /// The reason.
    pub reason: AccessReason,
}

/// The description of [`AccessReason::Method`].
pub(crate) const DEFAULT_FOR_METHOD: &str = "default for its method";

/// Why a request requires its access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessReason {
    /// The rule at this index, from 0, matches.
    Rule(usize),
    /// No rule matches; GET, HEAD, and OPTIONS require `read`, every other method `write`.
    Method,
    /// A header or the query overrides its method.
    MethodOverride,
    /// It requests a connection upgrade.
    Upgrade,
    /// Servers may interpret its path differently, so no rule applies.
    UncertainPath(PathDoubt),
}

impl fmt::Display for AccessReason {
    /// Writes the reason as the end of a sentence such as "it requires write: …".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(index) => write!(f, "rule {}", index + 1),
            Self::Method => f.write_str(DEFAULT_FOR_METHOD),
            Self::MethodOverride => f.write_str("it overrides its method"),
            Self::Upgrade => f.write_str("it upgrades the connection"),
            Self::UncertainPath(doubt) => write!(f, "its path {doubt}"),
        }
    }
}

impl RouteMatch {
    /// Returns the index of the matching rule.
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
