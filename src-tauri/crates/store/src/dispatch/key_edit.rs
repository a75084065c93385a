//! Edits keys, and finds those that time has changed.

use keystile_keys::{EnvironmentId, KeyId, Name, Timestamp};

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::key::KeyRow;
use crate::key_edit::{ExpiringKeys, KeyChange, NextExpiry};
use crate::write::Write;

impl KeyRow {
    /// Returns the next expiry of each environment with a usable key that expires after a time.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn next_expiries(
        connection: &mut Connection<'_>,
        now: Timestamp,
    ) -> Result<Vec<NextExpiry>, StoreError> {
        on_database!(connection, key_edit::next_expiries(now))
    }

    /// Returns the key with this name that has expired by a time and whose stored state does not say so yet.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_expired(
        connection: &mut Connection<'_>,
        environment: &EnvironmentId,
        name: &Name,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        on_database!(connection, key_edit::find_expired(environment, name, now))
    }

    /// Returns the usable keys of all environments that expire until a time, the next one first. `limit`: how many are read at
    /// most; all are counted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_expiring(
        connection: &mut Connection<'_>,
        now: Timestamp,
        until: Timestamp,
        limit: Option<u32>,
    ) -> Result<ExpiringKeys, StoreError> {
        on_database!(connection, key_edit::list_expiring(now, until, limit))
    }
}

impl Write<'_> {
    /// Updates a key. `name: None` keeps the stored one, which may be one that a new name must not be.
    ///
    /// # Errors
    /// `UniqueViolation(KeyName)`, or the database cannot be written.
    pub async fn edit_key(
        &mut self,
        id: KeyId,
        name: Option<&Name>,
        change: &KeyChange<'_>,
    ) -> Result<(), StoreError> {
        on_database!(self.connection(), key_edit::edit_key(id, name, change))
    }

    /// Stores the expiry, owner, note, and tags of these rows.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn edit_key_details(&mut self, keys: &[KeyRow]) -> Result<(), StoreError> {
        on_database!(self.connection(), key_edit::edit_key_details(keys))
    }
}
