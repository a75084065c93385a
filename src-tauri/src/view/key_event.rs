//! The history of a key.

use keystile_keys::Timestamp;
use keystile_registry as registry;
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

/// What happened to a key.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct KeyEvent {
    #[ts(type = "number")]
    pub(crate) at: i64,
    /// The program that did it, such as `desktop`.
    pub(crate) actor: String,
    /// The action, such as `key.edited`.
    pub(crate) action: String,
    /// The fields that were changed.
    pub(crate) changes: Vec<FieldChange>,
    /// The end of the pause, if a key was paused.
    #[ts(type = "number | null")]
    pub(crate) disabled_until: Option<i64>,
}

/// The change of a field of a key.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct FieldChange {
    /// The name of the field, such as `permissions`.
    pub(crate) field: String,
    #[ts(type = "string | number | string[] | null")]
    pub(crate) before: Value,
    #[ts(type = "string | number | string[] | null")]
    pub(crate) after: Value,
}

impl From<registry::KeyEvent> for KeyEvent {
    fn from(event: registry::KeyEvent) -> Self {
        let changes = event.changes.into_iter().map(|change| FieldChange {
            field: change.field,
            before: change.before,
            after: change.after,
        });
        Self {
            at: Timestamp::as_millis(event.at),
            disabled_until: event.details["disabled_until"].as_i64(),
            actor: event.actor,
            action: event.action,
            changes: changes.collect(),
        }
    }
}
