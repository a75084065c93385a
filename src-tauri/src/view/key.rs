//! Keys in lists, without the plain key.

use keystile_keys::{Permission, State, Timestamp};
use keystile_store as store;
use keystile_store::{KeyCounts, KeyFilter, KeySort};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A key in a list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) environment_id: String,
    pub(crate) name: String,
    pub(crate) prefix: String,
    pub(crate) permissions: Vec<Permission>,
    pub(crate) state: State,
    #[ts(type = "number")]
    pub(crate) created_at: i64,
    #[ts(type = "number | null")]
    pub(crate) claimed_at: Option<i64>,
    #[ts(type = "number | null")]
    pub(crate) ended_at: Option<i64>,
    pub(crate) keychain: bool,
    #[ts(type = "number | null")]
    pub(crate) last_used_at: Option<i64>,
    /// The client's address, if it is known.
    pub(crate) last_client: Option<String>,
    /// The number of allowed requests.
    #[ts(type = "number")]
    pub(crate) allowed: u64,
    /// The number of rejected requests.
    #[ts(type = "number")]
    pub(crate) denied: u64,
}

impl Key {
    /// Converts a key. `usage`: `None` if it was never used.
    pub(crate) fn new(row: store::KeyRow, usage: Option<&store::KeyUsage>) -> Self {
        let last = usage.and_then(|usage| usage.last.as_ref());
        Self {
            id: row.id.to_string(),
            environment_id: row.environment_id.to_string(),
            name: row.name,
            prefix: row.prefix,
            permissions: row.permissions.as_slice().to_vec(),
            state: row.state,
            created_at: row.created_at.as_millis(),
            claimed_at: row.claimed_at.map(Timestamp::as_millis),
            ended_at: row.ended_at.map(Timestamp::as_millis),
            keychain: row.keychain == Some(store::KeychainEntryState::Saved),
            last_used_at: last.map(|last| last.at.as_millis()),
            last_client: last.and_then(|last| last.client.clone()),
            allowed: usage.map_or(0, |usage| usage.allowed),
            denied: usage.map_or(0, |usage| usage.denied),
        }
    }
}

/// A query for a page of keys.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct KeyQuery {
    pub(crate) filter: KeyFilter,
    pub(crate) search: String,
    pub(crate) sort: KeySort,
    pub(crate) descending: bool,
    pub(crate) offset: u32,
    pub(crate) limit: Option<u32>,
}

impl From<KeyQuery> for store::KeyQuery {
    fn from(query: KeyQuery) -> Self {
        Self {
            filter: query.filter,
            search: query.search,
            sort: query.sort,
            is_descending: query.descending,
            offset: query.offset,
            limit: query.limit,
        }
    }
}

/// A page of keys.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct KeyPage {
    pub(crate) keys: Vec<Key>,
    #[ts(type = "number")]
    pub(crate) total: u64,
    pub(crate) counts: KeyCounts,
}
