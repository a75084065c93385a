//! Secrets whose prompt is open, and the processes that show them.

use keystile_keys::Timestamp;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key::KeyRow;

/// A secret whose prompt is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPromptRow {
    /// The key.
    pub key: KeyRow,
    /// The id of the secret.
    pub secret: i64,
    /// Whether the secret was issued by a rotation.
    pub is_rotation: bool,
    /// When it was copied for the first time.
    pub claimed_at: Option<Timestamp>,
    /// From when on requests with it are denied.
    pub ends_at: Option<Timestamp>,
    /// The lock file of the process that shows it.
    pub lock_file: String,
}

impl OpenPromptRow {
    /// Reads a row with the columns of its key.
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            key: KeyRow::from_row(row)?,
            secret: row.integer("secret")?,
            is_rotation: row.boolean("is_rotation")?,
            claimed_at: row.optional_time("secret_claimed_at")?,
            ends_at: row.optional_time("secret_ends_at")?,
            lock_file: row.text("lock_file")?,
        })
    }

    /// Returns whether the secret was never copied, and still could be.
    pub fn is_pending(&self) -> bool {
        self.claimed_at.is_none() && self.ends_at.is_none() && !self.key.state.is_terminal()
    }
}
