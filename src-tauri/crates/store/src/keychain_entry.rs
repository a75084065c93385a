//! Rows for entries in the system keychain. A row is written before the keychain is changed, so that a crash never
//! leaves an entry without a row.

use std::str::FromStr;

use keystile_keys::{KeyId, Timestamp};
use sqlx::{Row, SqliteConnection};

use crate::column::column;
use crate::error::StoreError;
use crate::id_list::json_list;
use crate::write::Write;

/// The state of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeychainEntryState {
    /// It is being written, or the result is unknown.
    Saving,
    /// Written.
    Saved,
    /// It must be removed when the keychain is available.
    Removing,
}

impl KeychainEntryState {
    /// Returns the stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Saving => "saving",
            Self::Saved => "saved",
            Self::Removing => "removing",
        }
    }
}

impl FromStr for KeychainEntryState {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        match text {
            "saving" => Ok(Self::Saving),
            "saved" => Ok(Self::Saved),
            "removing" => Ok(Self::Removing),
            _ => Err(StoreError::invalid_row("keychain state")),
        }
    }
}

/// A keychain entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeychainEntryRow {
    /// Its key.
    pub key_id: KeyId,
    /// Its state.
    pub state: KeychainEntryState,
    /// The lock file of the process that issued the key, the only one that can save it.
    pub lock_file: String,
}

impl KeychainEntryRow {
    /// Returns the entries that are not saved, which the sweep completes.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_unfinished(
        connection: &mut SqliteConnection,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(
            "SELECT c.key_id, c.state, coalesce((SELECT v.lock_file FROM secret_versions v WHERE v.key_id = c.key_id
               ORDER BY v.id DESC LIMIT 1), '') AS lock_file
             FROM keychain_entries c WHERE c.state <> 'saved'",
        )
        .fetch_all(connection)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Self {
                    key_id: column(row, "key_id")?,
                    state: column(row, "state")?,
                    lock_file: row.try_get("lock_file")?,
                })
            })
            .collect()
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
        sqlx::query(
            "INSERT INTO keychain_entries (key_id, state, changed_at) VALUES (?, ?, ?)
             ON CONFLICT (key_id) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at",
        )
        .bind(key.as_str())
        .bind(state.as_str())
        .bind(now.as_millis())
        .execute(self.connection())
        .await?;
        Ok(())
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
        sqlx::query(
            "UPDATE keychain_entries SET state = ?, changed_at = ? WHERE key_id IN (SELECT value FROM json_each(?))",
        )
        .bind(KeychainEntryState::Removing.as_str())
        .bind(now.as_millis())
        .bind(json_list(keys))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Deletes the row of a removed entry.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_keychain_entry(&mut self, key: KeyId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM keychain_entries WHERE key_id = ?")
            .bind(key.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
