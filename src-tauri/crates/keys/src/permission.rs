//! Permissions of keys. Every key has `read`. Nothing is allowed by default: there is no empty set, and an invalid
//! scope is an error.

use std::fmt;

use thiserror::Error;

/// A permission of a key, or one that a request requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(rename_all = "snake_case", description = "A permission of a key.")
)]
pub enum Permission {
    /// Reading; every key has it.
    Read,
    /// Changing something.
    Write,
}

impl Permission {
    /// Returns the permission that an HTTP method requires: `write` unless it is GET, HEAD, or OPTIONS. Methods are
    /// case-sensitive (RFC 9110, section 9.1).
    ///
    /// ```
    /// use keystile_keys::Permission;
    /// assert_eq!(Permission::needed_for("GET"), Permission::Read);
    /// assert_eq!(Permission::needed_for("get"), Permission::Write);
    /// ```
    pub fn needed_for(method: &str) -> Self {
        match method {
            "GET" | "HEAD" | "OPTIONS" => Self::Read,
            _ => Self::Write,
        }
    }

    /// Returns `read` or `write`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The permissions of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Permissions {
    write: bool,
}

/// The text is not the scope of a key.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("permissions must be `read` or `read write`")]
pub struct ParseScopeError;

impl Permissions {
    /// Read only.
    pub const READ: Self = Self { write: false };
    /// Read and write.
    pub const READ_WRITE: Self = Self { write: true };

    /// Returns whether `permission` is granted.
    pub fn allows(self, permission: Permission) -> bool {
        match permission {
            Permission::Read => true,
            Permission::Write => self.write,
        }
    }

    /// Returns the granted permissions in display order.
    pub fn as_slice(self) -> &'static [Permission] {
        if self.write {
            &[Permission::Read, Permission::Write]
        } else {
            &[Permission::Read]
        }
    }

    /// Returns the scope as it is stored and as OAuth writes it (RFC 6749, section 3.3).
    pub fn scope(self) -> &'static str {
        if self.write { "read write" } else { "read" }
    }

    /// Parses a scope as [`Permissions::scope`] writes it.
    ///
    /// # Errors
    /// The text is not a scope.
    pub fn parse_scope(text: &str) -> Result<Self, ParseScopeError> {
        match text {
            "read" => Ok(Self::READ),
            "read write" => Ok(Self::READ_WRITE),
            _ => Err(ParseScopeError),
        }
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.scope())
    }
}
