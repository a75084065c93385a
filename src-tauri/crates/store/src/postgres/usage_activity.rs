//! The SQL of the activity of an environment.

use keystile_keys::{EnvironmentId, Timestamp};

use crate::error::StoreError;
use crate::postgres::condition::condition;
use crate::postgres::open::PostgresStore;
use crate::usage_activity::{HourlyUsage, IdleKeyQuery, IdleKeys};

impl PostgresStore {
    /// See [`Store::hourly_usage`](crate::Store::hourly_usage).
    pub(crate) async fn hourly_usage(
        &self,
        environment: &EnvironmentId,
        since: Timestamp,
    ) -> Result<Vec<HourlyUsage>, StoreError> {
        let rows = sqlx::query(
            "SELECT u.hour, sum(u.allowed)::bigint AS allowed, sum(u.denied)::bigint AS denied
               FROM keystile.keys k JOIN keystile.uses u ON u.key_id = k.id
              WHERE k.environment_id = $1 AND u.hour >= $2 GROUP BY u.hour ORDER BY u.hour",
        )
        .bind(environment.as_str())
        .bind(since.as_millis())
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter().map(HourlyUsage::from_row).collect()
    }

    /// See [`Store::idle_keys`](crate::Store::idle_keys).
    pub(crate) async fn idle_keys(
        &self,
        environment: &EnvironmentId,
        query: &IdleKeyQuery,
    ) -> Result<IdleKeys, StoreError> {
        let condition = condition(query.filter, query.now);
        let rows = sqlx::query(&format!(
            "SELECT id, name, last_at, since, count(*) OVER () AS count FROM
               (SELECT k.id, k.name, t.last_at, coalesce(k.claimed_at, k.created_at) AS since
                  FROM keystile.keys k LEFT JOIN keystile.totals t ON t.key_id = k.id
                 WHERE k.environment_id = $1 AND {condition}) AS k
              WHERE coalesce(last_at, since) < $2 ORDER BY coalesce(last_at, since), id LIMIT $3"
        ))
        .bind(environment.as_str())
        .bind(query.before.as_millis())
        // NULL is no limit.
        .bind(query.limit.map(i64::from))
        .fetch_all(&mut *self.read().await?)
        .await?;
        IdleKeys::from_rows(&rows)
    }
}
