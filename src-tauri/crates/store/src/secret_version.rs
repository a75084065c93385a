//! Secret versions as the verifier needs them: what recognises a secret and what proves it. No row holds a secret.

use keystile_keys::{KeyId, Tag};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::error::StoreError;

/// One secret of a key.
#[derive(Debug, Clone)]
pub struct SecretVersionRow {
    /// Counts up through the whole database.
    pub id: i64,
    /// Argon2id of the secret, as a PHC string that is not read yet.
    pub phc: String,
    /// HMAC of the secret under the install key that was there when it was made.
    pub tag: Tag,
}

impl SecretVersionRow {
    fn of(row: &SqliteRow) -> Result<Self, StoreError> {
        let tag: [u8; 32] = row
            .try_get::<Vec<u8>, _>("tag")?
            .try_into()
            .map_err(|_| StoreError::impossible_row("tag"))?;
        Ok(Self {
            id: row.try_get("id")?,
            phc: row.try_get("phc")?,
            tag: Tag::from_bytes(tag),
        })
    }

    /// The secrets of a key, oldest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn of_key(
        connection: &mut SqliteConnection,
        key: KeyId,
    ) -> Result<Vec<Self>, StoreError> {
        let rows =
            sqlx::query("SELECT id, phc, tag FROM secret_versions WHERE key_id = ? ORDER BY id")
                .bind(key.as_str())
                .fetch_all(connection)
                .await?;
        rows.iter().map(Self::of).collect()
    }
}
