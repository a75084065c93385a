//! The history of a key, from the audit log.

use keystile_keys::{KeyId, Timestamp};
use keystile_store::AuditRow;
use serde_json::Value;

use crate::error::RegistryError;
use crate::registry::Registry;

/// The events that are returned at most, the newest ones.
const MAX_EVENTS: u32 = 200;

/// What happened to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEvent {
    /// When.
    pub at: Timestamp,
    /// The program that did it, such as `desktop`.
    pub actor: String,
    /// The action, such as `key.edited`.
    pub action: String,
    /// The fields that were changed.
    pub changes: Vec<FieldChange>,
    /// The other details of the event, as a JSON object.
    pub details: Value,
}

/// The change of a field of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The name of the field, such as `permissions`.
    pub field: String,
    /// Its value before.
    pub before: Value,
    /// Its value after.
    pub after: Value,
}

impl Registry {
    /// Returns what happened to a key, newest first, at most 200 events.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn key_history(&self, id: KeyId) -> Result<Vec<KeyEvent>, RegistryError> {
        let mut connection = self.store.read().await?;
        let rows = AuditRow::list_for_key(&mut connection, id, MAX_EVENTS).await?;
        Ok(rows.into_iter().map(event).collect())
    }
}

fn event(row: AuditRow) -> KeyEvent {
    let mut details: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let mut take = |field: &str| match details.get_mut(field).map(Value::take) {
        Some(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (before, mut after) = (take("before"), take("after"));
    let changes = before
        .into_iter()
        .map(|(field, before)| FieldChange {
            after: after.get_mut(&field).map(Value::take).unwrap_or_default(),
            field,
            before,
        })
        .collect();
    KeyEvent {
        at: row.at,
        actor: row.actor,
        action: row.action,
        changes,
        details,
    }
}
