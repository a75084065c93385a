//! Changes of a key's name, permissions, expiry, and details, and the keys that time has changed.

use keystile_keys::{Permissions, Timestamp};

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key::KeyRow;
use crate::key_details::KeyDetails;

/// The editable columns of a key, without its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChange<'a> {
    /// Its permissions.
    pub permissions: Permissions,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// Its owner, note, and tags.
    pub details: &'a KeyDetails,
}

/// The next expiry of a key in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextExpiry {
    /// The name of the project.
    pub project_name: String,
    /// The name of the environment.
    pub environment_name: String,
    /// The time.
    pub at: Timestamp,
}

/// The usable keys that expire within a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExpiringKeys {
    /// Those that expire first.
    pub first: Vec<KeyRow>,
    /// The number of all of them.
    pub count: u64,
}

impl NextExpiry {
    /// Reads the row of an environment; `None` if none of its keys expires.
    pub(crate) fn from_row(row: &impl Columns) -> Result<Option<Self>, StoreError> {
        let Some(at) = row.optional_time("at")? else {
            return Ok(None);
        };
        Ok(Some(Self {
            project_name: row.text("project_name")?,
            environment_name: row.text("environment_name")?,
            at,
        }))
    }
}
