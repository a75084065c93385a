//! The activity of an environment: its requests by hour, and the keys that are not used.

use keystile_keys::{EnvironmentId, Timestamp};
use sqlx::{Connection as _, SqliteConnection};

use crate::error::StoreError;
use crate::sqlite::condition::condition;
use crate::sqlite::open::SqliteStore;
use crate::sqlite::usage_file::USAGE_FILE;
use crate::sqlite::usage_reader;
use crate::usage_activity::{HourlyUsage, IdleKeyQuery, IdleKeys};

impl SqliteStore {
    /// See [`Store::hourly_usage`](crate::Store::hourly_usage).
    pub(crate) async fn hourly_usage(
        &self,
        environment: &EnvironmentId,
        since: Timestamp,
    ) -> Result<Vec<HourlyUsage>, StoreError> {
        self.read_hourly_usage(environment, since)
            .await
            .map_err(|cause| StoreError::usage(&self.directory().join(USAGE_FILE), cause))
    }

    async fn read_hourly_usage(
        &self,
        environment: &EnvironmentId,
        since: Timestamp,
    ) -> Result<Vec<HourlyUsage>, StoreError> {
        let Some(mut connection) = usage_reader::open(self.directory()).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(
            "SELECT u.hour, sum(u.allowed) AS allowed, sum(u.denied) AS denied
               FROM keystile.keys k JOIN main.uses u ON u.key_id = k.id
              WHERE k.environment_id = ? AND u.hour >= ? GROUP BY u.hour ORDER BY u.hour",
        )
        .bind(environment.as_str())
        .bind(since.as_millis())
        .fetch_all(&mut connection)
        .await?;
        connection.close().await?;
        rows.iter().map(HourlyUsage::from_row).collect()
    }

    /// See [`Store::idle_keys`](crate::Store::idle_keys).
    pub(crate) async fn idle_keys(
        &self,
        environment: &EnvironmentId,
        query: &IdleKeyQuery,
    ) -> Result<IdleKeys, StoreError> {
        let opened = usage_reader::open(self.directory())
            .await
            .map_err(|cause| StoreError::usage(&self.directory().join(USAGE_FILE), cause))?;
        let Some(mut connection) = opened else {
            // Without a usage file, no key was ever used.
            let mut connection = self.read().await?;
            return idle_keys(&mut connection, UNUSED, environment, query).await;
        };
        let idle = idle_keys(&mut connection, USED, environment, query)
            .await
            .map_err(|cause| StoreError::usage(&self.directory().join(USAGE_FILE), cause))?;
        connection.close().await?;
        Ok(idle)
    }
}

/// The keys with their last use.
const USED: &str = "keystile.keys k LEFT JOIN main.totals t ON t.key_id = k.id";
/// The same columns without a usage file.
const UNUSED: &str =
    "keys k LEFT JOIN (SELECT NULL AS key_id, NULL AS last_at) t ON t.key_id = k.id";

async fn idle_keys(
    connection: &mut SqliteConnection,
    tables: &str,
    environment: &EnvironmentId,
    query: &IdleKeyQuery,
) -> Result<IdleKeys, StoreError> {
    let condition = condition(query.filter, query.now);
    let rows = sqlx::query(&format!(
        "SELECT id, name, last_at, since, count(*) OVER () AS count FROM
           (SELECT k.id, k.name, t.last_at, coalesce(k.claimed_at, k.created_at) AS since FROM {tables}
             WHERE k.environment_id = ?1 AND {condition})
          WHERE coalesce(last_at, since) < ?2 ORDER BY coalesce(last_at, since), id LIMIT ?3"
    ))
    .bind(environment.as_str())
    .bind(query.before.as_millis())
    // A negative limit is none (lang_select.html).
    .bind(query.limit.map_or(-1, i64::from))
    .fetch_all(connection)
    .await?;
    IdleKeys::from_rows(&rows)
}
