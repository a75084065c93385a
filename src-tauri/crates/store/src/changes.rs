//! What was committed since an earlier snapshot, according to the audit log.

use crate::columns::Columns;
use crate::error::StoreError;

/// The commits since an earlier snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// The audit rows of all of them, oldest first.
    Rows(Vec<ChangedIds>),
    /// The database was replaced by another state of it.
    Restored,
    /// A program other than Keystile, which writes no audit rows, made some of them.
    OtherProgram,
    /// They have more audit rows than were asked for.
    TooMany,
}

/// What an audit row is about, and the ids in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedIds {
    /// The noun of the action, such as `key` or `gateway`.
    pub noun: String,
    /// The environment, if any.
    pub environment_id: Option<String>,
    /// The project, if any.
    pub project_id: Option<String>,
    /// The key, if any.
    pub key_id: Option<String>,
}

impl ChangedIds {
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            noun: row.text("noun")?,
            environment_id: row.optional_text("environment_id")?,
            project_id: row.optional_text("project_id")?,
            key_id: row.optional_text("key_id")?,
        })
    }
}
