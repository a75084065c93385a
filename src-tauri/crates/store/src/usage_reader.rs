//! What the lists show of how keys were used. Each question opens the usage file for reading, attaches the database to it,
//! and closes both: the other way round a connection that writes keys would lock the usage file with every transaction. It
//! writes nothing, and where there is no usage file nothing was used.

use std::path::Path;

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use crate::column::column;
use crate::error::StoreError;
use crate::open::Store;
use crate::schema::DATABASE_FILE;
use crate::usage::{LastUse, USAGE_FILE, unsigned};

/// How one key was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUsage {
    /// The key.
    pub key: KeyId,
    /// Requests that passed.
    pub accepted: u64,
    /// Requests that did not.
    pub refused: u64,
    /// The last that passed.
    pub last: Option<LastUse>,
}

impl Store {
    /// How the keys of an environment were used, those that were.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn usage_of_keys(
        &self,
        environment: &EnvironmentId,
    ) -> Result<Vec<KeyUsage>, StoreError> {
        self.read_usage_of_keys(environment)
            .await
            .map_err(|cause| StoreError::usage(&self.directory().join(USAGE_FILE), cause))
    }

    async fn read_usage_of_keys(
        &self,
        environment: &EnvironmentId,
    ) -> Result<Vec<KeyUsage>, StoreError> {
        let Some(mut connection) = attached(self.directory()).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(
            "SELECT t.key_id, t.accepted, t.refused, t.last_at, t.last_client
               FROM keystile.keys k JOIN main.totals t ON t.key_id = k.id
              WHERE k.environment_id = ?",
        )
        .bind(environment.as_str())
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
                    accepted: unsigned(row.try_get("accepted")?),
                    refused: unsigned(row.try_get("refused")?),
                    last,
                })
            })
            .collect()
    }

    /// When keys of a project's environments let a request pass for the last time, by environment.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn last_requests_of(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<(EnvironmentId, Timestamp)>, StoreError> {
        self.read_last_requests_of(project)
            .await
            .map_err(|cause| StoreError::usage(&self.directory().join(USAGE_FILE), cause))
    }

    async fn read_last_requests_of(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<(EnvironmentId, Timestamp)>, StoreError> {
        let Some(mut connection) = attached(self.directory()).await? else {
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

async fn attached(directory: &Path) -> Result<Option<SqliteConnection>, StoreError> {
    let usage = directory.join(USAGE_FILE);
    if !usage.is_file() {
        return Ok(None);
    }
    let mut connection = SqliteConnectOptions::new()
        .filename(&usage)
        .read_only(true)
        .pragma("trusted_schema", "OFF")
        .connect()
        .await?;
    // Opened read-only as the first file is (lang_attach.html).
    sqlx::query("ATTACH ? AS keystile")
        .bind(directory.join(DATABASE_FILE).to_string_lossy().into_owned())
        .execute(&mut connection)
        .await?;
    Ok(Some(connection))
}
