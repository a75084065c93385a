//! The SQL of pages of an environment's keys.

use keystile_keys::{EnvironmentId, KeyId, Timestamp};
use sqlx::PgConnection;

use crate::error::StoreError;
use crate::key::KeyRow;
use crate::key_page::{KeyCounts, KeyPage};
use crate::key_query::{EXPIRING_WITHIN, KeyQuery};
use crate::postgres::id_list::id_list;
use crate::postgres::key::SELECT;
use crate::postgres::key_selection::Selection;
use crate::postgres::open::PostgresStore;

impl PostgresStore {
    /// See [`Store::list_keys`](crate::Store::list_keys).
    pub(crate) async fn list_keys(
        &self,
        environment: &EnvironmentId,
        query: &KeyQuery,
        now: Timestamp,
    ) -> Result<KeyPage, StoreError> {
        // One transaction, so that rows and counts belong together.
        let mut transaction = self.read().await?;
        let selection = Selection::new(&mut transaction, environment, query, now).await?;
        let counts = counts(&mut transaction, environment, now).await?;
        let (ids, total) = selection.ids(&mut transaction, query).await?;
        let keys = find_all(&mut transaction, &ids, now).await?;
        transaction.rollback().await?;
        Ok(KeyPage {
            keys,
            total: total.unwrap_or_else(|| counts.total(query.filter)),
            counts,
        })
    }

    /// See [`Store::list_key_ids`](crate::Store::list_key_ids).
    pub(crate) async fn list_key_ids(
        &self,
        environment: &EnvironmentId,
        query: &KeyQuery,
        now: Timestamp,
    ) -> Result<Vec<KeyId>, StoreError> {
        let all = KeyQuery {
            offset: 0,
            limit: None,
            ..query.clone()
        };
        let mut transaction = self.read().await?;
        let selection = Selection::new(&mut transaction, environment, &all, now).await?;
        let (ids, _) = selection.ids(&mut transaction, &all).await?;
        transaction.rollback().await?;
        Ok(ids)
    }
}

async fn counts(
    connection: &mut PgConnection,
    environment: &EnvironmentId,
    now: Timestamp,
) -> Result<KeyCounts, StoreError> {
    // The stored states are counted by triggers; those that time has changed are looked up in the indexes of expiries and
    // pauses.
    let row = sqlx::query(
        "SELECT stored.*, timed.*, resumed.* FROM
           (SELECT coalesce(sum(count) FILTER (WHERE state = 'active'), 0)::bigint AS active,
                   coalesce(sum(count) FILTER (WHERE state = 'disabled'), 0)::bigint AS disabled,
                   coalesce(sum(count) FILTER (WHERE state <> 'pending'), 0)::bigint AS visible
              FROM keystile.key_counts WHERE environment_id = $1) AS stored,
           (SELECT count(*) FILTER (WHERE k.state = 'active' AND k.expires_at <= $2) AS expired_active,
                   count(*) FILTER (WHERE k.state = 'disabled' AND k.expires_at <= $2) AS expired_disabled,
                   count(*) FILTER (WHERE k.expires_at > $2) AS expiring
              FROM keystile.keys k WHERE k.environment_id = $1 AND k.expires_at IS NOT NULL AND k.expires_at <= $3
               AND k.state IN ('active', 'disabled')) AS timed,
           (SELECT count(*) AS resumed FROM keystile.keys k
             WHERE k.disabled_until IS NOT NULL AND k.disabled_until <= $2 AND k.state = 'disabled'
               AND (k.expires_at IS NULL OR k.expires_at > $2) AND k.environment_id = $1) AS resumed",
    )
    .bind(environment.as_str())
    .bind(now.as_millis())
    .bind(now.saturating_add(EXPIRING_WITHIN).as_millis())
    .fetch_one(connection)
    .await?;
    KeyCounts::from_row(&row)
}

/// See [`KeyRow::find_all`](crate::KeyRow::find_all).
pub(crate) async fn find_all(
    connection: &mut PgConnection,
    ids: &[KeyId],
    now: Timestamp,
) -> Result<Vec<KeyRow>, StoreError> {
    let rows = sqlx::query(&format!("{SELECT} WHERE k.id = ANY($1)"))
        .bind(id_list(ids))
        .fetch_all(connection)
        .await?;
    KeyRow::in_order_of(ids, &rows, now)
}
