//! Pages of an environment's keys. SQLite filters, searches and sorts them, so that no program reads a long list as a
//! whole. Pending keys are never listed.

use std::collections::HashMap;

use keystile_keys::{EnvironmentId, KeyId, State, Timestamp};
use sqlx::{Connection, Row, SqliteConnection};

use crate::error::StoreError;
use crate::id_list::json_list;
use crate::key::{KeyRow, SELECT};
use crate::key_query::{EXPIRING_WITHIN, KeyFilter, KeyQuery, KeySort};
use crate::key_selection::Selection;
use crate::open::Store;
use crate::usage_reader;

/// The number of keys of an environment by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KeyCounts {
    /// Active keys.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub active: u64,
    /// Disabled keys.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub disabled: u64,
    /// Revoked, expired, unclaimed and discarded keys.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub ended: u64,
    /// Active and disabled keys that expire within 30 days.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub expiring: u64,
}

/// A page of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPage {
    /// The keys.
    pub keys: Vec<KeyRow>,
    /// The number of keys on all pages.
    pub total: u64,
    /// The counts of the environment, regardless of filter and search.
    pub counts: KeyCounts,
}

impl Store {
    /// Returns a page of an environment's keys, in their states at a time. If the usage file cannot be read, keys that
    /// should be sorted by their last use are sorted by their time of creation.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_keys(
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

    /// Returns the number of keys before a key in a list without pages; `None` if the list does not contain it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn key_position(
        &self,
        environment: &EnvironmentId,
        query: &KeyQuery,
        key: KeyId,
        now: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        let ids = self.list_key_ids(environment, query, now).await?;
        let position = ids.iter().position(|id| *id == key);
        Ok(position.and_then(|position| u32::try_from(position).ok()))
    }

    /// Returns the ids of all keys in a list without pages, in their order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_key_ids(
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

    /// Returns keys by their ids, in their states at a time, without pending and unknown ones.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_keys(
        &self,
        ids: &[KeyId],
        now: Timestamp,
    ) -> Result<Vec<KeyRow>, StoreError> {
        let mut keys = KeyRow::find_all(&mut *self.read().await?, ids, now).await?;
        keys.retain(|key| key.state != State::Pending);
        Ok(keys)
    }
}

/// Opens the usage file if keys are sorted by their last use; `None` if it does not exist or cannot be read.
async fn usage_for(store: &Store, sort: KeySort) -> Option<SqliteConnection> {
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
    let keys = KeyRow::find_all(&mut transaction, &ids, now).await?;
    transaction.rollback().await?;
    Ok(KeyPage {
        keys,
        total: total.unwrap_or_else(|| counts.total(query.filter)),
        counts,
    })
}

impl KeyCounts {
    /// Returns the number of keys with a filter that selects by state.
    fn total(self, filter: KeyFilter) -> u64 {
        if filter == KeyFilter::Expiring {
            return self.expiring;
        }
        let count = |state: State, keys: u64| if filter.includes(state) { keys } else { 0 };
        count(State::Active, self.active)
            + count(State::Disabled, self.disabled)
            + count(State::Revoked, self.ended)
    }
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
    let count = |name| Ok::<_, StoreError>(row.try_get::<i64, _>(name)?.unsigned_abs());
    let (expired_active, expired_disabled) = (count("expired_active")?, count("expired_disabled")?);
    let resumed = count("resumed")?;
    let active = count("active")? + resumed - expired_active;
    let disabled = count("disabled")? - resumed - expired_disabled;
    Ok(KeyCounts {
        active,
        disabled,
        ended: count("visible")? - active - disabled,
        expiring: count("expiring")?,
    })
}

impl KeyRow {
    /// Returns keys by their ids, in this order and in their states at a time, without unknown ones.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_all(
        connection: &mut SqliteConnection,
        ids: &[KeyId],
        now: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(&format!(
            "{SELECT} WHERE k.id IN (SELECT value FROM json_each(?))"
        ))
        .bind(json_list(ids))
        .fetch_all(connection)
        .await?;
        let mut by_id = HashMap::with_capacity(rows.len());
        for row in &rows {
            let row = Self::from_row(row)?.settle(now);
            by_id.insert(row.id, row);
        }
        Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
    }
}
