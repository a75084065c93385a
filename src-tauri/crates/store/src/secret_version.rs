//! Secret versions: the hash and the tag of a secret, and when it works. No row contains the secret.

use std::time::Duration;

use keystile_keys::{InstallKeyId, KeyId, SecretHash, Tag, Timestamp};
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
    /// When it was copied for the first time.
    pub claimed_at: Option<Timestamp>,
    /// How long the secret before it works after this one was copied; `None` for the first one.
    pub overlap: Option<Duration>,
    /// From when on requests with it are denied.
    pub ends_at: Option<Timestamp>,
}

/// A new secret of a key.
#[derive(Debug)]
pub struct NewSecret<'a> {
    /// Argon2id of the secret.
    pub hash: &'a SecretHash,
    /// HMAC of the secret under the install key.
    pub tag: &'a Tag,
    /// How long the secret before it works after this one was copied; `None` for the first one.
    pub overlap: Option<Duration>,
    /// The lock file of the process that shows it.
    pub lock_file: &'a str,
    /// The idempotency key of the request.
    pub idempotency_key: &'a str,
}

const SELECT: &str =
    "SELECT id, phc, tag, install_key_id, claimed_at, overlap_ms, ends_at FROM secret_versions";

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
        let time = |column: &str| {
            row.try_get::<Option<i64>, _>(column)
                .map(|at| at.map(Timestamp::from_millis))
        };
        let overlap: Option<i64> = row.try_get("overlap_ms")?;
        Ok(Self {
            install_key_id: InstallKeyId::from_bytes(install_key_id),
            id: row.try_get("id")?,
            phc: row.try_get("phc")?,
            tag: Tag::from_bytes(tag),
            claimed_at: time("claimed_at")?,
            overlap: overlap.map(|millis| Duration::from_millis(millis.unsigned_abs())),
            ends_at: time("ends_at")?,
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
        let rows = sqlx::query(&format!("{SELECT} WHERE key_id = ? ORDER BY id"))
            .bind(key.as_str())
            .fetch_all(connection)
            .await?;
        rows.iter().map(Self::from_row).collect()
    }

    /// Returns the secret with this row id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        connection: &mut SqliteConnection,
        id: i64,
    ) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query(&format!("{SELECT} WHERE id = ?"))
            .bind(id)
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(Self::from_row).transpose()
    }

    /// Returns the secrets of a key that were copied and work at a time, if the key does, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_usable(
        connection: &mut SqliteConnection,
        key: KeyId,
        now: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let mut versions = Self::list_for_key(connection, key).await?;
        versions.retain(|version| version.is_usable_at(now));
        versions.reverse();
        Ok(versions)
    }

    /// Returns the id of the secret that was issued for a request with this idempotency key.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_by_submission(
        connection: &mut SqliteConnection,
        idempotency_key: &str,
    ) -> Result<Option<i64>, StoreError> {
        let id = sqlx::query_scalar("SELECT id FROM secret_versions WHERE idempotency_key = ?");
        Ok(id.bind(idempotency_key).fetch_optional(connection).await?)
    }

    /// Returns whether the secret waits to be copied.
    pub fn is_pending(&self) -> bool {
        self.claimed_at.is_none() && self.ends_at.is_none()
    }

    fn is_usable_at(&self, now: Timestamp) -> bool {
        self.claimed_at.is_some() && self.ends_at.is_none_or(|end| now < end)
    }
}

impl Write<'_> {
    /// Inserts a secret, which waits to be copied, and returns its id.
    ///
    /// # Errors
    /// `UniqueViolation(IdempotencyKey)`, or the database cannot be written.
    pub async fn add_secret(
        &mut self,
        key: KeyId,
        new: &NewSecret<'_>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let install_key_id = self.install_key_id();
        let overlap = new
            .overlap
            .map(|overlap| i64::try_from(overlap.as_millis()).unwrap_or(i64::MAX));
        let inserted = sqlx::query(
            "INSERT INTO secret_versions
               (key_id, phc, tag, install_key_id, created_at, overlap_ms, lock_file, idempotency_key)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(key.as_str())
        .bind(new.hash.as_str())
        .bind(new.tag.as_bytes().as_slice())
        .bind(install_key_id.as_bytes().as_slice())
        .bind(now.as_millis())
        .bind(overlap)
        .bind(new.lock_file)
        .bind(new.idempotency_key)
        .execute(self.connection())
        .await?;
        Ok(inserted.last_insert_rowid())
    }

    /// Stores that a secret was copied. Returns whether it was waiting for that: it was neither copied before nor
    /// discarded.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn claim_secret(&mut self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE secret_versions SET claimed_at = ?
             WHERE id = ? AND claimed_at IS NULL AND ends_at IS NULL",
        )
        .bind(now.as_millis())
        .bind(id)
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Stores from when on requests with a secret are denied, unless that is earlier already.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn end_secret(&mut self, id: i64, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE secret_versions SET ends_at = min(coalesce(ends_at, ?1), ?1) WHERE id = ?2",
        )
        .bind(at.as_millis())
        .bind(id)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Stores that the prompt of a secret was closed or its loss was acknowledged. Returns whether it was open.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn close_prompt(&mut self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE secret_versions SET prompt_closed_at = ? WHERE id = ? AND prompt_closed_at IS NULL",
        )
        .bind(now.as_millis())
        .bind(id)
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

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
