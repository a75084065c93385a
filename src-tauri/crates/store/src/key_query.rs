//! What a list of keys contains, in which order, and which part of it is read.

use keystile_keys::State;

use crate::keychain_entry::KeychainEntryState;

/// Which keys a list contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum KeyFilter {
    /// All keys.
    #[default]
    All,
    /// Active and disabled keys.
    Usable,
    /// Active keys.
    Active,
    /// Disabled keys.
    Disabled,
    /// Revoked, expired, unclaimed and discarded keys.
    Ended,
    /// Keys that are saved to the system keychain.
    InKeychain,
}

impl KeyFilter {
    /// Returns whether a list with this filter contains keys in a state.
    pub(crate) fn includes(self, state: State) -> bool {
        match self {
            Self::All | Self::InKeychain => state != State::Pending,
            Self::Usable => matches!(state, State::Active | State::Disabled),
            Self::Active => state == State::Active,
            Self::Disabled => state == State::Disabled,
            Self::Ended => state.is_terminal(),
        }
    }

    /// Returns the condition in SQL.
    pub(crate) fn condition(self) -> String {
        let states: Vec<_> = State::ALL
            .into_iter()
            .filter(|state| self.includes(*state))
            .map(|state| format!("'{state}'"))
            .collect();
        let condition = format!("k.state IN ({})", states.join(", "));
        if self == Self::InKeychain {
            let saved = KeychainEntryState::Saved.as_str();
            return format!(
                "{condition} AND k.id IN (SELECT key_id FROM keychain_entries WHERE state = '{saved}')"
            );
        }
        condition
    }
}

/// What a list is sorted by. Equal keys are sorted by their time of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum KeySort {
    /// The time of creation.
    #[default]
    Created,
    /// The name, with numbers in numeric order.
    Name,
    /// Read before read and write.
    Permissions,
    /// Active before disabled before ended.
    State,
    /// The last allowed request; keys that were never used come first.
    LastUsed,
}

/// A query for a page of keys. The default is all keys, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyQuery {
    /// Which keys.
    pub filter: KeyFilter,
    /// Words that must all occur in the name or in the key id with its prefix, regardless of case.
    pub search: String,
    /// The order.
    pub sort: KeySort,
    /// Whether the order is reversed.
    pub is_descending: bool,
    /// The number of keys before the page.
    pub offset: u32,
    /// The number of keys on the page; `None` for all.
    pub limit: Option<u32>,
}

impl Default for KeyQuery {
    fn default() -> Self {
        Self {
            filter: KeyFilter::All,
            search: String::new(),
            sort: KeySort::Created,
            is_descending: true,
            offset: 0,
            limit: None,
        }
    }
}
