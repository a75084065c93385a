//! Keys in lists, without the plain key.

use keystile_keys::{Permission, Permissions, State, Timestamp};
use keystile_registry as registry;
use keystile_store as store;
use keystile_store::{KeyCounts, KeyFilter, KeySort, RevokeReason};
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
    /// When a disabled key becomes active again.
    #[ts(type = "number | null")]
    pub(crate) disabled_until: Option<i64>,
    #[ts(type = "number | null")]
    pub(crate) expires_at: Option<i64>,
    pub(crate) owner: String,
    pub(crate) note: String,
    pub(crate) tags: Vec<String>,
    /// When its old secret ends, while it has two that work.
    #[ts(type = "number | null")]
    pub(crate) old_secret_ends_at: Option<i64>,
    /// Why it was revoked, if that was said.
    pub(crate) revoke_reason: Option<RevokeReason>,
    pub(crate) revoke_note: String,
    #[ts(type = "number")]
    pub(crate) created_at: i64,
    #[ts(type = "number | null")]
    pub(crate) claimed_at: Option<i64>,
    #[ts(type = "number | null")]
    pub(crate) ended_at: Option<i64>,
    pub(crate) keychain: bool,
    /// Whether the keychain has the secret that the last rotation has replaced.
    pub(crate) keychain_outdated: bool,
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
        let (revoke_reason, revoke_note) = match row.revocation {
            Some(revocation) => (Some(revocation.reason), revocation.note),
            None => (None, String::new()),
        };
        Self {
            id: row.id.to_string(),
            environment_id: row.environment_id.to_string(),
            name: row.name,
            prefix: row.prefix,
            permissions: row.permissions.as_slice().to_vec(),
            state: row.state,
            disabled_until: row.disabled_until.map(Timestamp::as_millis),
            expires_at: row.expires_at.map(Timestamp::as_millis),
            owner: row.owner,
            note: row.note,
            tags: row.tags,
            old_secret_ends_at: row.old_secret_ends_at.map(Timestamp::as_millis),
            revoke_reason,
            revoke_note,
            created_at: row.created_at.as_millis(),
            claimed_at: row.claimed_at.map(Timestamp::as_millis),
            ended_at: row.ended_at.map(Timestamp::as_millis),
            keychain: row.keychain == Some(store::KeychainEntryState::Saved),
            keychain_outdated: row.is_keychain_outdated,
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

/// When a key shall expire.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[ts(export)]
pub(crate) enum Expiry {
    /// After the default lifetime of its environment.
    Default,
    Never,
    Days {
        days: u32,
    },
    At {
        #[ts(type = "number")]
        at: i64,
    },
}

impl From<Expiry> for registry::Expiry {
    fn from(expiry: Expiry) -> Self {
        match expiry {
            Expiry::Default => Self::Default,
            Expiry::Never => Self::Never,
            Expiry::Days { days } => Self::Days(days),
            Expiry::At { at } => Self::At(Timestamp::from_millis(at)),
        }
    }
}

/// A key as entered.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) struct KeyInput {
    pub(crate) name: String,
    pub(crate) write: bool,
    pub(crate) expiry: Expiry,
    pub(crate) owner: String,
    pub(crate) note: String,
    pub(crate) tags: Vec<String>,
}

/// Changes of a key. A missing field keeps what is stored.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, optional_fields)]
pub(crate) struct KeyChanges {
    pub(crate) name: Option<String>,
    pub(crate) write: Option<bool>,
    pub(crate) expiry: Option<Expiry>,
    pub(crate) owner: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
}

impl From<KeyChanges> for registry::KeyChanges {
    fn from(changes: KeyChanges) -> Self {
        Self {
            name: changes.name,
            permissions: changes.write.map(permissions),
            expiry: changes.expiry.map(registry::Expiry::from),
            owner: changes.owner,
            note: changes.note,
            tags: changes.tags,
        }
    }
}

/// Returns the permissions of a key with or without Write.
pub(crate) fn permissions(write: bool) -> Permissions {
    if write {
        Permissions::READ_WRITE
    } else {
        Permissions::READ
    }
}
