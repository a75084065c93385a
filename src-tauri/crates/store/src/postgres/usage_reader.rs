//! The SQL that reads usage counts.

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};

use crate::columns::Columns;
use crate::error::StoreError;
use crate::postgres::id_list::id_list;
use crate::postgres::open::PostgresStore;
use crate::postgres::usage_table;
use crate::usage::{KeyUsage, SecretUse};

impl PostgresStore {
    /// See [`Store::key_usage`](crate::Store::key_usage).
    pub(crate) async fn key_usage(&self, keys: &[KeyId]) -> Result<Vec<KeyUsage>, StoreError> {
        let rows = sqlx::query(
            "SELECT key_id, allowed, denied, last_at, last_client FROM keystile.totals WHERE key_id = ANY($1)",
        )
        .bind(id_list(keys))
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter().map(KeyUsage::from_row).collect()
    }

    /// See [`Store::check_usage`](crate::Store::check_usage).
    pub(crate) async fn check_usage(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT FROM keystile.totals LIMIT 1")
            .fetch_optional(&mut *self.read().await?)
            .await?;
        Ok(())
    }

    /// See [`Store::counting_since`](crate::Store::counting_since).
    pub(crate) async fn counting_since(&self) -> Result<Option<Timestamp>, StoreError> {
        let since = usage_table::counting_since(&mut *self.read().await?).await?;
        Ok(Some(since))
    }

    /// See [`Store::secret_usage`](crate::Store::secret_usage).
    pub(crate) async fn secret_usage(&self, key: KeyId) -> Result<Vec<SecretUse>, StoreError> {
        let rows = sqlx::query(
            "SELECT key_id, version, allowed, denied, last_at, last_client FROM keystile.secret_uses WHERE key_id = $1",
        )
        .bind(key.as_str())
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter().map(SecretUse::from_row).collect()
    }

    /// See [`Store::last_requests`](crate::Store::last_requests).
    pub(crate) async fn last_requests(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<(EnvironmentId, Timestamp)>, StoreError> {
        let rows = sqlx::query(
            "SELECT k.environment_id, max(t.last_at) AS at
               FROM keystile.totals t JOIN keystile.keys k ON k.id = t.key_id
               JOIN keystile.environments e ON e.id = k.environment_id
              WHERE e.project_id = $1 AND t.last_at IS NOT NULL GROUP BY k.environment_id",
        )
        .bind(project.as_str())
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter()
            .map(|row| Ok((row.parsed("environment_id")?, row.time("at")?)))
            .collect()
    }
}
