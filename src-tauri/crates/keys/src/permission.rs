//! What a key may do: read always, write if it was asked for.
//! Rows and HTTP answers carry the scope as text; `authorize` asks `allows`.
//! Nothing is allowed by absence: there is no empty set, no default, and an unreadable scope is an error.

use std::fmt;

use thiserror::Error;

/// One thing that a request can need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// To look; every key has it.
    Read,
    /// To change something.
    Write,
}

impl Permission {
    /// What a request with this HTTP method needs. Methods are case-sensitive (RFC 9110, 9.1); what is not known to be
    /// safe needs write.
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

    /// `read` or `write`.
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

/// All that one key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Permissions {
    write: bool,
}

/// The text is not a scope that a key can have.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("permissions are written `read` or `read write`")]
pub struct ParseScopeError;

impl Permissions {
    /// Read only.
    pub const READ: Self = Self { write: false };
    /// Read and write.
    pub const READ_WRITE: Self = Self { write: true };

    /// Whether a key with these permissions may do that.
    pub fn allows(self, permission: Permission) -> bool {
        match permission {
            Permission::Read => true,
            Permission::Write => self.write,
        }
    }

    /// Each permission, in the order in which they are shown.
    pub fn as_slice(self) -> &'static [Permission] {
        if self.write {
            &[Permission::Read, Permission::Write]
        } else {
            &[Permission::Read]
        }
    }

    /// The scope as OAuth writes it (RFC 6749, 3.3) and as it is stored.
    pub fn scope(self) -> &'static str {
        if self.write { "read write" } else { "read" }
    }

    /// Reads a scope exactly as [`Permissions::scope`] writes it.
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
