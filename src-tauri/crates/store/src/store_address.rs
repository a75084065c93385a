//! The address of a store: a folder, or a PostgreSQL database.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;

use crate::postgres::address::PostgresAddress;
use crate::postgres::error::PostgresError;

/// Where a store is.
#[derive(Debug, Clone)]
pub enum StoreAddress {
    /// A folder with a SQLite database.
    Folder(PathBuf),
    /// A PostgreSQL database.
    Postgres(PostgresAddress),
}

impl StoreAddress {
    /// Returns the text that [`StoreAddress::parse`] parses, without the password.
    pub fn as_argument(&self) -> Cow<'_, str> {
        match self {
            Self::Folder(path) => path.to_string_lossy(),
            Self::Postgres(address) => address.as_argument().into(),
        }
    }

    /// Parses the path of a folder, or an address that begins with `postgres://` or `postgresql://`.
    ///
    /// # Errors
    /// `InvalidAddress`.
    pub fn parse(text: &OsStr) -> Result<Self, PostgresError> {
        match text.to_str() {
            Some(text) if PostgresAddress::is_scheme_of(text) => text.parse().map(Self::Postgres),
            _ => Ok(Self::Folder(PathBuf::from(text))),
        }
    }
}

impl fmt::Display for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}
