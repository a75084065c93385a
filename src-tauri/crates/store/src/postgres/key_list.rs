//! The SQL of pages of an environment's keys.

use keystile_keys::{EnvironmentId, KeyId, Timestamp};
use sqlx::PgConnection;

use crate::columns::Columns;
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
    let row = sqlx::query(
        "SELECT count(*) FILTER (WHERE NOT is_over AND is_active) AS active,
                count(*) FILTER (WHERE NOT is_over AND NOT is_active) AS disabled,
                count(*) FILTER (WHERE is_over) AS ended,
                count(*) FILTER (WHERE NOT is_over AND expires_at <= $3) AS expiring
           FROM (SELECT k.expires_at,
                   (k.state IN ('active', 'disabled') AND (k.expires_at IS NULL OR k.expires_at > $2)) IS FALSE AS is_over,
                   k.state = 'active' OR k.disabled_until <= $2 IS TRUE AS is_active
                   FROM keystile.keys k WHERE k.environment_id = $1 AND k.state <> 'pending') AS k",
    )
    .bind(environment.as_str())
    .bind(now.as_millis())
    .bind(now.saturating_add(EXPIRING_WITHIN).as_millis())
    .fetch_one(connection)
    .await?;
    Ok(KeyCounts {
        active: row.count("active")?,
        disabled: row.count("disabled")?,
        ended: row.count("ended")?,
        expiring: row.count("expiring")?,
    })
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
