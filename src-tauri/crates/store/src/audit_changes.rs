//! The ids in recent audit rows, by which the verifier finds the keys and environments to reload.

use sqlx::{Row, SqliteConnection};

use crate::error::StoreError;

/// The ids in an audit row.
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
    /// Returns the ids in at most `limit` rows after `seq`, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
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

    /// Returns the authentication code of a row, if it exists.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_mac(
        connection: &mut SqliteConnection,
        seq: i64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(sqlx::query_scalar("SELECT mac FROM audit WHERE seq = ?")
            .bind(seq)
            .fetch_optional(connection)
            .await?)
    }
}
