//! Reads usage counts for lists. Each read opens the usage file, attaches the database to it, and closes both; attached
//! to a connection that writes keys, the usage file would be locked by every transaction.

use std::path::Path;

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use crate::collation;
use crate::column::column;
use crate::error::StoreError;
use crate::id_list::json_list;
use crate::open::Store;
use crate::schema::DATABASE_FILE;
use crate::usage::{LastUse, SecretUse, USAGE_FILE, UsageFile, unsigned};

/// The usage of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUsage {
    /// The key.
    pub key: KeyId,
    /// The number of allowed requests.
    pub allowed: u64,
    /// The number of denied requests.
    pub denied: u64,
    /// The last allowed request.
    pub last: Option<LastUse>,
}

impl Store {
    /// Returns the usage of keys. Unused keys are left out.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn key_usage(&self, keys: &[KeyId]) -> Result<Vec<KeyUsage>, StoreError> {
        self.read_key_usage(keys)
            .await
            .map_err(|cause| StoreError::usage(&self.directory().join(USAGE_FILE), cause))
    }

    async fn read_key_usage(&self, keys: &[KeyId]) -> Result<Vec<KeyUsage>, StoreError> {
        let Some(mut connection) = open(self.directory()).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(
            "SELECT key_id, allowed, denied, last_at, last_client FROM main.totals
              WHERE key_id IN (SELECT value FROM json_each(?))",
        )
        .bind(json_list(keys))
        .fetch_all(&mut connection)
        .await?;
        connection.close().await?;
        rows.iter()
            .map(|row| {
                let key: KeyId = column(row, "key_id")?;
                let client = row.try_get("last_client")?;
                let last = row.try_get::<Option<i64>, _>("last_at")?.map(|at| LastUse {
                    key,
                    at: Timestamp::from_millis(at),
                    client,
                });
                Ok(KeyUsage {
                    key,
                    allowed: unsigned(row.try_get("allowed")?),
                    denied: unsigned(row.try_get("denied")?),
                    last,
                })
            })
            .collect()
    }

    /// Checks that the usage file, if it exists, belongs to Keystile, is not damaged, and can be written.
    ///
    /// # Errors
    /// `Usage`.
    pub async fn check_usage(&self) -> Result<(), StoreError> {
        if !self.directory().join(USAGE_FILE).exists() {
            return Ok(());
        }
        let file = UsageFile::open(self.directory()).await?;
        let checked = file.check().await;
        file.close().await;
        checked
    }

    /// Returns since when uses are counted; `None` if there is no usage file. Earlier uses may have been lost with it.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn counting_since(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read_counting_since()
            .await
            .map_err(|cause| StoreError::usage(&self.directory().join(USAGE_FILE), cause))
    }

    async fn read_counting_since(&self) -> Result<Option<Timestamp>, StoreError> {
        let Some(mut connection) = open(self.directory()).await? else {
            return Ok(None);
        };
        let since: Option<i64> = sqlx::query_scalar("SELECT min(since) FROM main.counting")
            .fetch_one(&mut connection)
            .await?;
        connection.close().await?;
        Ok(since.map(Timestamp::from_millis))
    }

    /// Returns the usage of the secrets of a rotated key, as far as they were used.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn secret_usage(&self, key: KeyId) -> Result<Vec<SecretUse>, StoreError> {
        self.read_secret_usage(key)
            .await
            .map_err(|cause| StoreError::usage(&self.directory().join(USAGE_FILE), cause))
    }

    async fn read_secret_usage(&self, key: KeyId) -> Result<Vec<SecretUse>, StoreError> {
        let Some(mut connection) = open(self.directory()).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(
            "SELECT version, allowed, denied, last_at, last_client FROM main.secret_uses WHERE key_id = ?",
        )
        .bind(key.as_str())
        .fetch_all(&mut connection)
        .await?;
        connection.close().await?;
        rows.iter()
            .map(|row| {
                let client = row.try_get("last_client")?;
                let last_at: Option<i64> = row.try_get("last_at")?;
                Ok(SecretUse {
                    key,
                    version: row.try_get("version")?,
                    allowed: unsigned(row.try_get("allowed")?),
                    denied: unsigned(row.try_get("denied")?),
                    last: last_at.map(|at| (Timestamp::from_millis(at), client)),
                })
            })
            .collect()
    }

    /// Returns the time of the last allowed request for each environment of a project.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn last_requests(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<(EnvironmentId, Timestamp)>, StoreError> {
        self.read_last_requests(project)
            .await
            .map_err(|cause| StoreError::usage(&self.directory().join(USAGE_FILE), cause))
    }

    async fn read_last_requests(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<(EnvironmentId, Timestamp)>, StoreError> {
        let Some(mut connection) = open(self.directory()).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(
            "SELECT k.environment_id, max(t.last_at) AS at FROM main.totals t JOIN keystile.keys k ON k.id = t.key_id
               JOIN keystile.environments e ON e.id = k.environment_id
              WHERE e.project_id = ? AND t.last_at IS NOT NULL GROUP BY k.environment_id",
        )
        .bind(project.as_str())
        .fetch_all(&mut connection)
        .await?;
        connection.close().await?;
        rows.iter()
            .map(|row| {
                let environment = column(row, "environment_id")?;
                Ok((environment, Timestamp::from_millis(row.try_get("at")?)))
            })
            .collect()
    }
}

pub(crate) async fn open(directory: &Path) -> Result<Option<SqliteConnection>, StoreError> {
    let usage = directory.join(USAGE_FILE);
    if !usage.is_file() {
        return Ok(None);
    }
    let options = SqliteConnectOptions::new()
        .filename(&usage)
        .read_only(true)
        // In KiB. Sorting a long list by last use looks up every key.
        .pragma("cache_size", "-65536")
        .pragma("trusted_schema", "OFF");
    let mut connection = collation::add_to(options).connect().await?;
    // Read-only like the first file (lang_attach.html).
    sqlx::query("ATTACH ? AS keystile")
        .bind(directory.join(DATABASE_FILE).to_string_lossy().into_owned())
        .execute(&mut connection)
        .await?;
    Ok(Some(connection))
}
