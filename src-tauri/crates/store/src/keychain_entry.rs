//! Rows for entries in the system keychain. A row is written before the keychain is changed, so that a crash never
//! leaves an entry without a row.

use std::str::FromStr;

use keystile_keys::KeyId;

use crate::columns::Columns;
use crate::error::StoreError;

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
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            key_id: row.parsed("key_id")?,
            state: row.parsed("state")?,
            lock_file: row.text("lock_file")?,
        })
    }
}
