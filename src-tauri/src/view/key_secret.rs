//! The secrets of a rotated key. Contains no secret.

use keystile_keys::Timestamp;
use keystile_registry as registry;
use serde::Serialize;
use ts_rs::TS;

/// A secret of a key that works, with its usage since the rotation.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct KeySecret {
    /// Whether it is the newest one.
    pub(crate) is_current: bool,
    #[ts(type = "number | null")]
    pub(crate) claimed_at: Option<i64>,
    /// From when on requests with it are denied.
    #[ts(type = "number | null")]
    pub(crate) ends_at: Option<i64>,
    #[ts(type = "number")]
    pub(crate) allowed: u64,
    #[ts(type = "number")]
    pub(crate) denied: u64,
    #[ts(type = "number | null")]
    pub(crate) last_used_at: Option<i64>,
    /// The client's address, if it is known.
    pub(crate) last_client: Option<String>,
}

impl From<registry::KeySecret> for KeySecret {
    fn from(secret: registry::KeySecret) -> Self {
        let usage = secret.usage;
        let last = usage.as_ref().and_then(|usage| usage.last.clone());
        Self {
            is_current: secret.is_current,
            claimed_at: secret.claimed_at.map(Timestamp::as_millis),
            ends_at: secret.ends_at.map(Timestamp::as_millis),
            allowed: usage.as_ref().map_or(0, |usage| usage.allowed),
            denied: usage.as_ref().map_or(0, |usage| usage.denied),
            last_used_at: last.as_ref().map(|(at, _)| at.as_millis()),
            last_client: last.and_then(|(_, client)| client),
        }
    }
}
