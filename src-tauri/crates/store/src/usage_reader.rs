//! What the lists show of how keys were used. Each question opens the usage file for reading, attaches the database to it,
//! and closes both: the other way round a connection that writes keys would lock the usage file with every transaction. It
//! writes nothing, and where there is no usage file nothing was used.

use std::path::Path;

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use crate::error::StoreError;
use crate::open::{DATABASE_FILE, Store};
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
    /// As every read.
    pub async fn usage_of_keys(
        &self,
        environment: &EnvironmentId,
    ) -> Result<Vec<KeyUsage>, StoreError> {
        let Some(mut connection) = attached(self.directory()).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(
            "SELECT k.id, l.at, l.client, sum(u.accepted) AS accepted, sum(u.refused) AS refused
               FROM keystile.keys k JOIN main.uses u ON u.key_id = k.id LEFT JOIN main.last_uses l ON l.key_id = k.id
              WHERE k.environment_id = ? GROUP BY k.id",
        )
        .bind(environment.as_str())
        .fetch_all(&mut connection)
        .await?;
        connection.close().await?;
        rows.iter()
            .map(|row| {
                let key: KeyId = row
                    .try_get::<String, _>("id")?
                    .parse()
                    .map_err(|_| StoreError::impossible_row("key id"))?;
                let client = row.try_get("client")?;
                let last = row.try_get::<Option<i64>, _>("at")?.map(|at| LastUse {
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
    /// As every read.
    pub async fn last_requests_of(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<(EnvironmentId, Timestamp)>, StoreError> {
        let Some(mut connection) = attached(self.directory()).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(
            "SELECT k.environment_id, max(l.at) AS at FROM main.last_uses l JOIN keystile.keys k ON k.id = l.key_id
               JOIN keystile.environments e ON e.id = k.environment_id
              WHERE e.project_id = ? GROUP BY k.environment_id",
        )
        .bind(project.as_str())
        .fetch_all(&mut connection)
        .await?;
        connection.close().await?;
        rows.iter()
            .map(|row| {
                let environment = row
                    .try_get::<String, _>("environment_id")?
                    .parse()
                    .map_err(|_| StoreError::impossible_row("environment id"))?;
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
