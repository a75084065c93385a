//! Reads usage counts for lists. Each read opens the usage file, attaches the database to it, and closes both; attached
//! to a connection that writes keys, the usage file would be locked by every transaction.

use std::path::Path;

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::columns::Columns;
use crate::error::StoreError;
use crate::schema::DATABASE_FILE;
use crate::sqlite::collation;
use crate::sqlite::id_list::json_list;
use crate::sqlite::open::SqliteStore;
use crate::sqlite::usage_file::{USAGE_FILE, UsageFile};
use crate::usage::{KeyUsage, SecretUse};

impl SqliteStore {
    /// See [`Store::key_usage`](crate::Store::key_usage).
    pub(crate) async fn key_usage(&self, keys: &[KeyId]) -> Result<Vec<KeyUsage>, StoreError> {
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
        rows.iter().map(KeyUsage::from_row).collect()
    }

    /// See [`Store::check_usage`](crate::Store::check_usage).
    pub(crate) async fn check_usage(&self) -> Result<(), StoreError> {
        if !self.directory().join(USAGE_FILE).exists() {
            return Ok(());
        }
        let file = UsageFile::open(self.directory()).await?;
        let checked = file.check().await;
        file.close().await;
        checked
    }

    /// See [`Store::counting_since`](crate::Store::counting_since).
    pub(crate) async fn counting_since(&self) -> Result<Option<Timestamp>, StoreError> {
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

    /// See [`Store::secret_usage`](crate::Store::secret_usage).
    pub(crate) async fn secret_usage(&self, key: KeyId) -> Result<Vec<SecretUse>, StoreError> {
        self.read_secret_usage(key)
            .await
            .map_err(|cause| StoreError::usage(&self.directory().join(USAGE_FILE), cause))
    }

    async fn read_secret_usage(&self, key: KeyId) -> Result<Vec<SecretUse>, StoreError> {
        let Some(mut connection) = open(self.directory()).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(
            "SELECT key_id, version, allowed, denied, last_at, last_client FROM main.secret_uses WHERE key_id = ?",
        )
        .bind(key.as_str())
        .fetch_all(&mut connection)
        .await?;
        connection.close().await?;
        rows.iter().map(SecretUse::from_row).collect()
    }

    /// See [`Store::last_requests`](crate::Store::last_requests).
    pub(crate) async fn last_requests(
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
                let environment = row.parsed("environment_id")?;
                Ok((environment, row.time("at")?))
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
