//! Pages of an environment's keys. The database filters, searches and sorts them, so that no program reads a long list as a
//! whole. Pending keys are never listed.

use keystile_keys::{EnvironmentId, KeyId, State, Timestamp};

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::key::KeyRow;
use crate::key_page::KeyPage;
use crate::key_query::KeyQuery;
use crate::store::{Backend, Store};

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
        match self.backend() {
            Backend::Sqlite(store) => store.list_keys(environment, query, now).await,
            Backend::Postgres(store) => store.list_keys(environment, query, now).await,
        }
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
        match self.backend() {
            Backend::Sqlite(store) => store.list_key_ids(environment, query, now).await,
            Backend::Postgres(store) => store.list_key_ids(environment, query, now).await,
        }
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
        let mut keys = KeyRow::find_all(&mut self.read().await?, ids, now).await?;
        keys.retain(|key| key.state != State::Pending);
        Ok(keys)
    }
}

impl KeyRow {
    /// Returns keys by their ids, in this order and in their states at a time, without unknown ones.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_all(
        connection: &mut Connection<'_>,
        ids: &[KeyId],
        now: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        on_database!(connection, key_list::find_all(ids, now))
    }
}
