//! Secret versions as the verifier needs them: what recognises a secret and what proves it. No row holds a secret.

use keystile_keys::{InstallKeyId, KeyId, Tag};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::error::StoreError;
use crate::write::Write;

/// One secret of a key.
#[derive(Debug, Clone)]
pub struct SecretVersionRow {
    /// Counts up through the whole database.
    pub id: i64,
    /// Argon2id of the secret, as a PHC string that is not read yet.
    pub phc: String,
    /// HMAC of the secret under an install key.
    pub tag: Tag,
    /// Which install key.
    pub install_key_id: InstallKeyId,
}

impl SecretVersionRow {
    fn of(row: &SqliteRow) -> Result<Self, StoreError> {
        let tag: [u8; 32] = row
            .try_get::<Vec<u8>, _>("tag")?
            .try_into()
            .map_err(|_| StoreError::impossible_row("tag"))?;
        let install_key_id: [u8; 8] = row
            .try_get::<Vec<u8>, _>("install_key_id")?
            .try_into()
            .map_err(|_| StoreError::impossible_row("install key id"))?;
        Ok(Self {
            install_key_id: InstallKeyId::from_bytes(install_key_id),
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
        let rows = sqlx::query(
            "SELECT id, phc, tag, install_key_id FROM secret_versions WHERE key_id = ? ORDER BY id",
        )
        .bind(key.as_str())
        .fetch_all(connection)
        .await?;
        rows.iter().map(Self::of).collect()
    }
}

impl Write<'_> {
    /// Writes a tag that was made anew under the install key that is there now. Says whether the row was still there.
    ///
    /// # Errors
    /// As every write.
    pub async fn set_tag(&mut self, version: i64, tag: &Tag) -> Result<bool, StoreError> {
        let mark = self.install_key_id();
        let done =
            sqlx::query("UPDATE secret_versions SET tag = ?, install_key_id = ? WHERE id = ?")
                .bind(tag.as_bytes().as_slice())
                .bind(mark.as_bytes().as_slice())
                .bind(version)
                .execute(self.connection())
                .await?;
        Ok(done.rows_affected() == 1)
    }
}
