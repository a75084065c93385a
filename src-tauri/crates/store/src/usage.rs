//! Usage counts of keys: what is counted, and what is read of the counts.

use keystile_keys::{KeyId, Permission, Timestamp};

use crate::columns::Columns;
use crate::error::StoreError;

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// Requests with a key in one hour, by required permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UseCount {
    /// The key.
    pub key: KeyId,
    /// Any time in the hour; stored as its start.
    pub hour: Timestamp,
    /// The required permission.
    pub permission: Permission,
    /// The number of allowed requests.
    pub allowed: u64,
    /// The number of denied requests.
    pub denied: u64,
}

/// The last allowed request with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    /// The key.
    pub key: KeyId,
    /// The time of the request.
    pub at: Timestamp,
    /// The address of the client, if known.
    pub client: Option<String>,
}

/// Requests with one secret of a rotated key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretUse {
    /// The key.
    pub key: KeyId,
    /// The id of the secret version.
    pub version: i64,
    /// The number of allowed requests.
    pub allowed: u64,
    /// The number of denied requests.
    pub denied: u64,
    /// The time of the last request, and the address of its client, if known.
    pub last: Option<(Timestamp, Option<String>)>,
}

impl UseCount {
    /// Returns the start of the hour.
    pub fn start_of_hour(at: Timestamp) -> Timestamp {
        Timestamp::from_millis(at.as_millis() - at.as_millis().rem_euclid(HOUR))
    }
}

/// The usage of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUsage {
    /// The key.
    pub key: KeyId,
    /// The number of allowed requests.
    pub allowed: u64,
    /// The number of denied requests.
    pub denied: u64,
    /// The last allowed request.
    pub last: Option<LastUse>,
}

impl KeyUsage {
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        let key = row.parsed("key_id")?;
        let client = row.optional_text("last_client")?;
        let last = row.optional_time("last_at")?;
        Ok(Self {
            key,
            allowed: row.count("allowed")?,
            denied: row.count("denied")?,
            last: last.map(|at| LastUse { key, at, client }),
        })
    }
}

impl SecretUse {
    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, StoreError> {
        let client = row.optional_text("last_client")?;
        Ok(Self {
            key: row.parsed("key_id")?,
            version: row.integer("version")?,
            allowed: row.count("allowed")?,
            denied: row.count("denied")?,
            last: row.optional_time("last_at")?.map(|at| (at, client)),
        })
    }
}
