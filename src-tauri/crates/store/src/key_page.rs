//! A page of a list of keys, and the counts beside it.

use keystile_keys::State;

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key::KeyRow;
use crate::key_query::KeyFilter;

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

impl KeyCounts {
    /// Combines the counts of stored states with those of the keys that have expired, or whose pause is over.
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        let resumed = row.count("resumed")?;
        let active = row.count("active")? + resumed - row.count("expired_active")?;
        let disabled = row.count("disabled")? - resumed - row.count("expired_disabled")?;
        Ok(Self {
            active,
            disabled,
            ended: row.count("visible")? - active - disabled,
            expiring: row.count("expiring")?,
        })
    }

    /// Returns the number of keys with a filter that selects by state.
    pub(crate) fn total(self, filter: KeyFilter) -> u64 {
        if filter == KeyFilter::Expiring {
            return self.expiring;
        }
        let count = |state: State, keys: u64| if filter.includes(state) { keys } else { 0 };
        count(State::Active, self.active)
            + count(State::Disabled, self.disabled)
            + count(State::Revoked, self.ended)
    }
}
