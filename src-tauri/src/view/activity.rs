//! The activity of an environment.

use keystile_keys::Timestamp;
use keystile_registry as registry;
use keystile_store as store;
use serde::Serialize;
use ts_rs::TS;

/// The requests with keys of an environment in one hour.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct HourlyUsage {
    #[ts(type = "number")]
    pub(crate) hour: i64,
    #[ts(type = "number")]
    pub(crate) allowed: u64,
    #[ts(type = "number")]
    pub(crate) denied: u64,
}

impl From<store::HourlyUsage> for HourlyUsage {
    fn from(usage: store::HourlyUsage) -> Self {
        Self {
            hour: usage.hour.as_millis(),
            allowed: usage.allowed,
            denied: usage.denied,
        }
    }
}

/// An active key that was not used for 30 days.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct IdleKey {
    pub(crate) id: String,
    pub(crate) name: String,
    #[ts(type = "number | null")]
    pub(crate) last_used_at: Option<i64>,
    #[ts(type = "number")]
    pub(crate) claimed_at: i64,
}

impl From<store::IdleKey> for IdleKey {
    fn from(key: store::IdleKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            last_used_at: key.last_used.map(Timestamp::as_millis),
            claimed_at: key.claimed_at.as_millis(),
        }
    }
}

/// The activity of an environment.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct EnvironmentActivity {
    pub(crate) hours: Vec<HourlyUsage>,
    /// Those that have been idle longest, at most five.
    pub(crate) idle_keys: Vec<IdleKey>,
    /// The number of all idle keys.
    #[ts(type = "number")]
    pub(crate) idle_key_count: u64,
}

impl From<registry::Activity> for EnvironmentActivity {
    fn from(activity: registry::Activity) -> Self {
        Self {
            hours: activity.hours.into_iter().map(Into::into).collect(),
            idle_keys: activity
                .idle_keys
                .first
                .into_iter()
                .map(Into::into)
                .collect(),
            idle_key_count: activity.idle_keys.count,
        }
    }
}
