//! The activity of an environment: its requests by hour, and the keys that are not used.

use keystile_keys::{KeyId, Timestamp};

use crate::columns::Columns;
use crate::error::StoreError;
use crate::key_query::KeyFilter;

/// The requests with keys of an environment in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourlyUsage {
    /// The start of the hour.
    pub hour: Timestamp,
    /// The number of allowed requests.
    pub allowed: u64,
    /// The number of denied requests.
    pub denied: u64,
}

/// A key without a recent allowed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleKey {
    /// Its id.
    pub id: KeyId,
    /// Its name.
    pub name: String,
    /// Its last allowed request.
    pub last_used: Option<Timestamp>,
    /// When it was claimed, or created if it has no claim.
    pub claimed_at: Timestamp,
}

/// The idle keys of an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdleKeys {
    /// Those that have been idle longest.
    pub first: Vec<IdleKey>,
    /// The number of all idle keys.
    pub count: u64,
}

/// Which idle keys are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdleKeyQuery {
    /// Which keys.
    pub filter: KeyFilter,
    /// The time for which states are evaluated.
    pub now: Timestamp,
    /// Only keys that were claimed before, and not used since.
    pub before: Timestamp,
    /// The number of keys that are listed at most; `None` for all.
    pub limit: Option<u32>,
}

impl HourlyUsage {
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            hour: row.time("hour")?,
            allowed: row.count("allowed")?,
            denied: row.count("denied")?,
        })
    }
}

impl IdleKeys {
    /// Reads rows, each with the number of all.
    pub(crate) fn from_rows(rows: &[impl Columns]) -> Result<Self, StoreError> {
        let count = match rows.first() {
            Some(row) => row.count("count")?,
            None => 0,
        };
        let idle_key = |row| IdleKey::from_row(row);
        Ok(Self {
            first: rows.iter().map(idle_key).collect::<Result<_, _>>()?,
            count,
        })
    }
}

impl IdleKey {
    fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.parsed("id")?,
            name: row.text("name")?,
            last_used: row.optional_time("last_at")?,
            claimed_at: row.time("since")?,
        })
    }
}
