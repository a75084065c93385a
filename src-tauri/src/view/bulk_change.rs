//! Changes of many keys, as the window requests them and as their dialogs show them.

use std::time::Duration;

use keystile_keys::Timestamp;
use keystile_registry as registry;
use keystile_store as store;
use keystile_store::{KeyFilter, RevokeReason};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::key::Expiry;

/// The keys of an environment that a change is about.
#[derive(Debug, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub(crate) enum KeySelection {
    Keys {
        ids: Vec<String>,
    },
    /// All keys in a list, except some.
    Matching {
        filter: KeyFilter,
        search: String,
        except: Vec<String>,
    },
}

impl From<KeySelection> for registry::KeySelection {
    fn from(selection: KeySelection) -> Self {
        let parse = |ids: Vec<String>| ids.iter().filter_map(|id| id.parse().ok()).collect();
        match selection {
            KeySelection::Keys { ids } => Self::Keys(parse(ids)),
            KeySelection::Matching {
                filter,
                search,
                except,
            } => Self::Listed {
                query: store::KeyQuery {
                    filter,
                    search,
                    ..store::KeyQuery::default()
                },
                except: parse(except),
            },
        }
    }
}

/// A change of many keys.
#[derive(Debug, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[ts(export)]
pub(crate) enum BulkChange {
    Disable {
        /// `null`: until they are enabled.
        pause_seconds: Option<u32>,
    },
    Enable,
    Revoke {
        reason: Option<RevokeReason>,
        note: String,
    },
    Extend {
        expiry: Expiry,
    },
    AddTag {
        tag: String,
    },
    RemoveTag {
        tag: String,
    },
    SetOwner {
        owner: String,
    },
}

impl From<BulkChange> for registry::BulkChange {
    fn from(change: BulkChange) -> Self {
        match change {
            BulkChange::Disable { pause_seconds } => {
                Self::Disable(pause_seconds.map(|seconds| Duration::from_secs(seconds.into())))
            }
            BulkChange::Enable => Self::Enable,
            BulkChange::Revoke { reason, note } => {
                Self::Revoke(reason.map(|reason| store::Revocation { reason, note }))
            }
            BulkChange::Extend { expiry } => Self::Extend(expiry.into()),
            BulkChange::AddTag { tag } => Self::AddTag(tag),
            BulkChange::RemoveTag { tag } => Self::RemoveTag(tag),
            BulkChange::SetOwner { owner } => Self::SetOwner(owner),
        }
    }
}

/// What a change of many keys will do.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct BulkPlan {
    pub(crate) id: String,
    /// The number of selected keys.
    pub(crate) selected: usize,
    /// The number of keys that will change.
    pub(crate) changed: usize,
    /// The number of keys that are already as wanted.
    pub(crate) unchanged: usize,
    /// The number of keys that have ended.
    pub(crate) unavailable: usize,
    /// The names of the first keys that will change.
    pub(crate) names: Vec<String>,
    /// The most recently used of the keys whose requests will be denied.
    pub(crate) recently_used: Vec<RecentUse>,
    /// The number of keys used in the last 7 days whose requests will be denied; `null` if the uses are not known.
    pub(crate) recently_used_count: Option<usize>,
    /// The expiry that keys get.
    #[ts(type = "number | null")]
    pub(crate) expires_at: Option<i64>,
    /// The name that must be typed.
    pub(crate) required_name: Option<String>,
    pub(crate) can_undo: bool,
}

/// The last use of a key.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct RecentUse {
    pub(crate) id: String,
    pub(crate) name: String,
    #[ts(type = "number")]
    pub(crate) last_used_at: i64,
}

impl BulkPlan {
    /// Converts a plan that is kept under an id.
    pub(crate) fn new(id: u64, plan: &registry::BulkPlan) -> Self {
        let recent_use = |used: &registry::RecentUse| RecentUse {
            id: used.id.to_string(),
            name: used.name.clone(),
            last_used_at: used.last_used.as_millis(),
        };
        Self {
            id: id.to_string(),
            selected: plan.selected,
            changed: plan.keys.len(),
            unchanged: plan.unchanged,
            unavailable: plan.unavailable,
            names: plan.names.clone(),
            recently_used: plan.recently_used.iter().map(recent_use).collect(),
            recently_used_count: plan.recently_used_count,
            expires_at: plan.expires_at().map(Timestamp::as_millis),
            required_name: plan.required_name.clone(),
            can_undo: plan.is_reversible(),
        }
    }
}

/// How far a change has come.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct BulkProgress {
    pub(crate) done: usize,
    pub(crate) total: usize,
}

/// What a change has done.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct BulkResult {
    pub(crate) changed: usize,
    /// The number of keys that another program has changed since the plan.
    pub(crate) unchanged: usize,
    /// `null`: it cannot be undone.
    pub(crate) undo_id: Option<String>,
}

/// What an undo has done.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct BulkUndone {
    pub(crate) restored: usize,
    /// The number of keys that were changed since, or have ended.
    pub(crate) unchanged: usize,
}
