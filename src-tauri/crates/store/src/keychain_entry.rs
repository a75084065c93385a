//! What Keystile remembers of entries in the system keychain. The row is written before the keychain is touched, so
//! that a crash leaves a row without an entry, never an entry without a row. It knows no keychain.

use std::str::FromStr;

use keystile_keys::{KeyId, Timestamp};
use sqlx::{Row, SqliteConnection};

use crate::column::column;
use crate::error::StoreError;
use crate::write::Write;

/// How far an entry got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeychainEntryState {
    /// About to be written; whether it was is not known.
    Saving,
    /// Written.
    Saved,
    /// To be removed, now or when the keychain is next available.
    Removing,
}

impl KeychainEntryState {
    /// The written form.
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
            _ => Err(StoreError::impossible_row("keychain state")),
        }
    }
}

/// A remembered entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeychainEntryRow {
    /// The key it holds.
    pub key_id: KeyId,
    /// How far it got.
    pub state: KeychainEntryState,
    /// The claim file of the process that issued the key, the only one that can have saved it.
    pub claim_file: String,
}

impl KeychainEntryRow {
    /// All entries that are not simply saved: what a sweep has to finish.
    ///
    /// # Errors
    /// As every read.
    pub async fn list_unfinished(
        connection: &mut SqliteConnection,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = sqlx::query(
            "SELECT c.key_id, c.state, k.claim_file FROM keychain_entries c JOIN keys k ON k.id = c.key_id
             WHERE c.state <> 'saved'",
        )
        .fetch_all(connection)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Self {
                    key_id: column(row, "key_id")?,
                    state: column(row, "state")?,
                    claim_file: row.try_get("claim_file")?,
                })
            })
            .collect()
    }
}

impl Write<'_> {
    /// Remembers how far a key's entry got.
    ///
    /// # Errors
    /// As every write.
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

    /// Forgets an entry that is gone.
    ///
    /// # Errors
    /// As every write.
    pub async fn forget_keychain_entry(&mut self, key: KeyId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM keychain_entries WHERE key_id = ?")
            .bind(key.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
