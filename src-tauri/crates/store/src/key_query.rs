//! What a list of keys contains, in which order, and which part of it is read.

use std::time::Duration;

use keystile_keys::State;

/// A key that expires within this time is listed as expiring.
pub const EXPIRING_WITHIN: Duration = Duration::from_secs(30 * 24 * 60 * 60);

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
    /// Active and disabled keys that expire within 30 days.
    Expiring,
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
            Self::Usable | Self::Expiring => matches!(state, State::Active | State::Disabled),
            Self::Active => state == State::Active,
            Self::Disabled => state == State::Disabled,
            Self::Ended => state.is_terminal(),
        }
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
    /// When it expires; keys that do not expire come last.
    Expiry,
}

/// A query for a page of keys. The default is all keys, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyQuery {
    /// Which keys.
    pub filter: KeyFilter,
    /// Words that must all occur in the name, the owner, a tag, or the key id with its prefix, regardless of case.
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
