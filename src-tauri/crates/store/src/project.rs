//! Project rows. A deleted project keeps its row, because keys and audit rows refer to it.

use keystile_keys::{ProjectId, Timestamp};

use crate::columns::Columns;
use crate::error::StoreError;

/// A project with counts of its environments and keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRow {
    /// Its id.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// The number of environments.
    pub environments: i64,
    /// The number of active keys in them.
    pub active_keys: i64,
}

impl ProjectRow {
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.parsed("id")?,
            name: row.text("name")?,
            created_at: row.time("created_at")?,
            environments: row.integer("environments")?,
            active_keys: row.integer("active_keys")?,
        })
    }
}
