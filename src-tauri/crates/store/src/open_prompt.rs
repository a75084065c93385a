//! Secrets whose prompt is open, and the processes that show them.

use keystile_keys::Timestamp;
use sqlx::{Row, SqliteConnection};

use crate::error::StoreError;
use crate::key::{KeyRow, SELECT};

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
    /// Returns the secrets whose prompt is open, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn all(connection: &mut SqliteConnection) -> Result<Vec<Self>, StoreError> {
        // `+` makes SQLite read the index of open prompts instead of all secrets.
        let rows = sqlx::query(&format!(
            "SELECT key.*, v.id AS secret, v.overlap_ms IS NOT NULL AS is_rotation, v.claimed_at AS secret_claimed_at,
               v.ends_at AS secret_ends_at, v.lock_file
             FROM secret_versions v JOIN ({SELECT}) key ON key.id = v.key_id
             WHERE v.prompt_closed_at IS NULL ORDER BY +v.id"
        ))
        .fetch_all(connection)
        .await?;
        let time = |millis: Option<i64>| millis.map(Timestamp::from_millis);
        rows.iter()
            .map(|row| {
                Ok(Self {
                    key: KeyRow::from_row(row)?,
                    secret: row.try_get("secret")?,
                    is_rotation: row.try_get("is_rotation")?,
                    claimed_at: time(row.try_get("secret_claimed_at")?),
                    ends_at: time(row.try_get("secret_ends_at")?),
                    lock_file: row.try_get("lock_file")?,
                })
            })
            .collect()
    }

    /// Returns whether the secret was never copied, and still could be.
    pub fn is_pending(&self) -> bool {
        self.claimed_at.is_none() && self.ends_at.is_none() && !self.key.state.is_terminal()
    }
}
