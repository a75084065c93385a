//! The activity of an environment: its requests by hour, and the keys that are not used.

use keystile_keys::{EnvironmentId, KeyId, Timestamp};
use sqlx::{Connection, Row, SqliteConnection};

use crate::column::column;
use crate::error::StoreError;
use crate::key_query::KeyFilter;
use crate::open::Store;
use crate::usage::{USAGE_FILE, unsigned};
use crate::usage_reader;

/// The requests with keys of an environment in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourlyUsage {
    /// The start of the hour.
    pub hour: Timestamp,
    /// The number of allowed requests.
    pub allowed: u64,
    /// The number of denied requests.
    pub denied: u64,
}

/// A key without a recent allowed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleKey {
    /// Its id.
    pub id: KeyId,
    /// Its name.
    pub name: String,
    /// Its last allowed request.
    pub last_used: Option<Timestamp>,
    /// When it was claimed, or created if it has no claim.
    pub claimed_at: Timestamp,
}

/// The idle keys of an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdleKeys {
    /// Those that have been idle longest.
    pub first: Vec<IdleKey>,
    /// The number of all idle keys.
    pub count: u64,
}

/// Which idle keys are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdleKeyQuery {
    /// Which keys.
    pub filter: KeyFilter,
    /// The time for which states are evaluated.
    pub now: Timestamp,
    /// Only keys that were claimed before, and not used since.
    pub before: Timestamp,
    /// The number of keys that are listed at most; `None` for all.
    pub limit: Option<u32>,
}

impl Store {
    /// Returns the requests with keys of an environment by hour since a time, oldest first. Hours without requests are
    /// left out.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn hourly_usage(
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
        rows.iter()
            .map(|row| {
                Ok(HourlyUsage {
                    hour: Timestamp::from_millis(row.try_get("hour")?),
                    allowed: unsigned(row.try_get("allowed")?),
                    denied: unsigned(row.try_get("denied")?),
                })
            })
            .collect()
    }

    /// Returns the keys of an environment with a filter that were claimed before a time and not used since then. At most
    /// `limit` of them are listed.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read: without it, every key would seem to be idle.
    pub async fn idle_keys(
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
    let condition = query.filter.condition(query.now);
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
    let count = match rows.first() {
        Some(row) => unsigned(row.try_get("count")?),
        None => 0,
    };
    let first = rows
        .iter()
        .map(|row| {
            Ok(IdleKey {
                id: column(row, "id")?,
                name: row.try_get("name")?,
                last_used: row
                    .try_get::<Option<i64>, _>("last_at")?
                    .map(Timestamp::from_millis),
                claimed_at: Timestamp::from_millis(row.try_get("since")?),
            })
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(IdleKeys { first, count })
}
