//! What the audit rows after a known one name, without what they say: enough to know which keys and environments to
//! read again. The verifier asks; the rows themselves are read in `audit_chain`.

use sqlx::{Row, SqliteConnection};

use crate::error::StoreError;

/// What one audit row concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedIds {
    /// The environment, if any.
    pub environment_id: Option<String>,
    /// The project, if any.
    pub project_id: Option<String>,
    /// The key, if any.
    pub key_id: Option<String>,
}

impl ChangedIds {
    /// What the rows after `seq` concern, oldest first, `limit` rows at most.
    ///
    /// # Errors
    /// As every read.
    pub async fn after(
        connection: &mut SqliteConnection,
        seq: i64,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(
            "SELECT project_id, environment_id, key_id FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
        )
        .bind(seq)
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Self {
                    environment_id: row.try_get("environment_id")?,
                    project_id: row.try_get("project_id")?,
                    key_id: row.try_get("key_id")?,
                })
            })
            .collect()
    }

    /// The authentication code of one row, if it is there.
    ///
    /// # Errors
    /// As every read.
    pub async fn mac_of(
        connection: &mut SqliteConnection,
        seq: i64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(sqlx::query_scalar("SELECT mac FROM audit WHERE seq = ?")
            .bind(seq)
            .fetch_optional(connection)
            .await?)
    }
}
