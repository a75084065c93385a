//! Reads and writes the rows of keychain entries.

use keystile_keys::{KeyId, Timestamp};

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::keychain_entry::{KeychainEntryRow, KeychainEntryState};
use crate::write::Write;

impl KeychainEntryRow {
    /// Returns the entries that are not saved, which the sweep completes.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_unfinished(connection: &mut Connection<'_>) -> Result<Vec<Self>, StoreError> {
        on_database!(connection, keychain_entry::list_unfinished())
    }
}

impl Write<'_> {
    /// Inserts or updates the entry of a key.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_keychain_entry(
        &mut self,
        key: KeyId,
        state: KeychainEntryState,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_database!(
            self.connection(),
            keychain_entry::set_keychain_entry(key, state, now)
        )
    }

    /// Marks the entries of keys for removal. Keys without an entry are left out.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn remove_keychain_entries(
        &mut self,
        keys: &[KeyId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_database!(
            self.connection(),
            keychain_entry::remove_keychain_entries(keys, now)
        )
    }

    /// Deletes the row of a removed entry.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_keychain_entry(&mut self, key: KeyId) -> Result<(), StoreError> {
        on_database!(
            self.connection(),
            keychain_entry::delete_keychain_entry(key)
        )
    }
}
