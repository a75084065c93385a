//! Secret versions: the hash and the tag of a secret. No row contains the secret.

use keystile_keys::{InstallKeyId, KeyId, Tag};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::error::StoreError;
use crate::write::Write;

/// A secret of a key.
#[derive(Debug, Clone)]
pub struct SecretVersionRow {
    /// The row id, ascending.
    pub id: i64,
    /// Argon2id hash of the secret, as an unparsed PHC string.
    pub phc: String,
    /// HMAC of the secret under an install key.
    pub tag: Tag,
    /// The id of that install key.
    pub install_key_id: InstallKeyId,
}

impl SecretVersionRow {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        let tag: [u8; 32] = row
            .try_get::<Vec<u8>, _>("tag")?
            .try_into()
            .map_err(|_| StoreError::invalid_row("tag"))?;
        let install_key_id: [u8; 8] = row
            .try_get::<Vec<u8>, _>("install_key_id")?
            .try_into()
            .map_err(|_| StoreError::invalid_row("install key id"))?;
        Ok(Self {
            install_key_id: InstallKeyId::from_bytes(install_key_id),
            id: row.try_get("id")?,
            phc: row.try_get("phc")?,
            tag: Tag::from_bytes(tag),
        })
    }

    /// Returns the secrets of a key, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_for_key(
        connection: &mut SqliteConnection,
        key: KeyId,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, phc, tag, install_key_id FROM secret_versions WHERE key_id = ? ORDER BY id",
        )
        .bind(key.as_str())
        .fetch_all(connection)
        .await?;
        rows.iter().map(Self::from_row).collect()
    }
}

impl Write<'_> {
    /// Stores a tag that was recomputed under the current install key. Returns whether the row exists.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_tag(&mut self, version: i64, tag: &Tag) -> Result<bool, StoreError> {
        let install_key_id = self.install_key_id();
        let done =
            sqlx::query("UPDATE secret_versions SET tag = ?, install_key_id = ? WHERE id = ?")
                .bind(tag.as_bytes().as_slice())
                .bind(install_key_id.as_bytes().as_slice())
                .bind(version)
                .execute(self.connection())
                .await?;
        Ok(done.rows_affected() == 1)
    }
}
