//! The SQL of pages of an environment's keys.

use keystile_keys::{EnvironmentId, KeyId, Timestamp};
use sqlx::{Connection as _, SqliteConnection};

use crate::error::StoreError;
use crate::key::KeyRow;
use crate::key_page::{KeyCounts, KeyPage};
use crate::key_query::{EXPIRING_WITHIN, KeyQuery, KeySort};
use crate::sqlite::id_list::json_list;
use crate::sqlite::key::SELECT;
use crate::sqlite::key_selection::Selection;
use crate::sqlite::open::SqliteStore;
use crate::sqlite::usage_reader;

impl SqliteStore {
    /// See [`Store::list_keys`](crate::Store::list_keys).
    pub(crate) async fn list_keys(
        &self,
        environment: &EnvironmentId,
        query: &KeyQuery,
        now: Timestamp,
    ) -> Result<KeyPage, StoreError> {
        if let Some(mut connection) = usage_for(self, query.sort).await {
            let page = page(&mut connection, environment, query, now).await;
            connection.close().await?;
            return page;
        }
        let query = without_usage(query.clone());
        page(&mut *self.read().await?, environment, &query, now).await
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
        if let Some(mut connection) = usage_for(self, all.sort).await {
            let ids = ids(&mut connection, environment, &all, now).await;
            connection.close().await?;
            return ids;
        }
        let all = without_usage(all);
        ids(&mut *self.read().await?, environment, &all, now).await
    }
}

/// Opens the usage file if keys are sorted by their last use; `None` if it does not exist or cannot be read.
async fn usage_for(store: &SqliteStore, sort: KeySort) -> Option<SqliteConnection> {
    if sort != KeySort::LastUsed {
        return None;
    }
    usage_reader::open(store.directory())
        .await
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "sorting keys by last use failed");
            None
        })
}

/// Sorts by creation instead of by last use.
fn without_usage(query: KeyQuery) -> KeyQuery {
    let sort = match query.sort {
        KeySort::LastUsed => KeySort::Created,
        sort => sort,
    };
    KeyQuery { sort, ..query }
}

async fn ids(
    connection: &mut SqliteConnection,
    environment: &EnvironmentId,
    query: &KeyQuery,
    now: Timestamp,
) -> Result<Vec<KeyId>, StoreError> {
    let mut transaction = connection.begin().await?;
    let selection = Selection::new(&mut transaction, environment, query, now).await?;
    let (ids, _) = selection.ids(&mut transaction, query).await?;
    transaction.rollback().await?;
    Ok(ids)
}

async fn page(
    connection: &mut SqliteConnection,
    environment: &EnvironmentId,
    query: &KeyQuery,
    now: Timestamp,
) -> Result<KeyPage, StoreError> {
    // One transaction, so that rows and counts belong together.
    let mut transaction = connection.begin().await?;
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

async fn counts(
    connection: &mut SqliteConnection,
    environment: &EnvironmentId,
    now: Timestamp,
) -> Result<KeyCounts, StoreError> {
    // FILTER is faster than GROUP BY, which sorts. The states of all keys are counted as they are stored, and those that
    // time has changed are looked up in the indexes of expiries and pauses.
    let row = sqlx::query(
        "SELECT stored.*, timed.*, resumed.* FROM
           (SELECT count(*) FILTER (WHERE k.state = 'active') AS active,
                   count(*) FILTER (WHERE k.state = 'disabled') AS disabled,
                   count(*) FILTER (WHERE k.state <> 'pending') AS visible
              FROM keys k WHERE k.environment_id = ?1) stored,
           (SELECT count(*) FILTER (WHERE k.state = 'active' AND k.expires_at <= ?2) AS expired_active,
                   count(*) FILTER (WHERE k.state = 'disabled' AND k.expires_at <= ?2) AS expired_disabled,
                   count(*) FILTER (WHERE k.expires_at > ?2) AS expiring
              FROM keys k WHERE k.environment_id = ?1 AND k.expires_at IS NOT NULL AND k.expires_at <= ?3
               AND k.state IN ('active', 'disabled')) timed,
           (SELECT count(*) AS resumed FROM keys k WHERE k.disabled_until IS NOT NULL AND k.disabled_until <= ?2
               AND k.state = 'disabled' AND (k.expires_at IS NULL OR k.expires_at > ?2)
               AND +k.environment_id = ?1) resumed",
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
    connection: &mut SqliteConnection,
    ids: &[KeyId],
    now: Timestamp,
) -> Result<Vec<KeyRow>, StoreError> {
    let rows = sqlx::query(&format!(
        "{SELECT} WHERE k.id IN (SELECT value FROM json_each(?))"
    ))
    .bind(json_list(ids))
    .fetch_all(connection)
    .await?;
    KeyRow::in_order_of(ids, &rows, now)
}
