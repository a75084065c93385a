//! Audit entries that several operations write.

use keystile_keys::Timestamp;
use keystile_store::{Action, AuditEntry, EnvironmentRow, KeyRow};
use serde_json::{Map, Value};

/// Returns an entry with the key's id, name, environment, and project.
pub(crate) fn key_entry(key: &KeyRow, action: Action) -> AuditEntry {
    AuditEntry::new(action)
        .project(&key.project_id)
        .environment(&key.environment_id)
        .key(key.id)
        .with("name", key.name.as_str())
}

/// Returns the entry of a key that was disabled, with the end of its pause.
pub(crate) fn key_disabled_entry(key: &KeyRow) -> AuditEntry {
    let entry = key_entry(key, Action::KeyDisabled);
    match key.disabled_until {
        Some(until) => entry.with("disabled_until", until.as_millis()),
        None => entry,
    }
}

/// Returns the entry of a key that was edited, with the fields that differ.
pub(crate) fn key_edited_entry(before: &KeyRow, after: &KeyRow) -> AuditEntry {
    let (old, new) = differences(before, after);
    key_entry(after, Action::KeyEdited)
        .with("permissions", after.permissions.scope())
        .with("expires_at", after.expires_at.map(Timestamp::as_millis))
        .with("before", old)
        .with("after", new)
}

/// Returns the editable fields that differ, as they were and as they are.
pub(crate) fn differences(
    before: &KeyRow,
    after: &KeyRow,
) -> (Map<String, Value>, Map<String, Value>) {
    let fields = |key: &KeyRow| -> [(&'static str, Value); 6] {
        [
            ("name", key.name.as_str().into()),
            ("permissions", key.permissions.scope().into()),
            (
                "expires_at",
                key.expires_at.map(Timestamp::as_millis).into(),
            ),
            ("owner", key.owner.as_str().into()),
            ("note", key.note.as_str().into()),
            ("tags", key.tags.as_slice().into()),
        ]
    };
    let (mut old, mut new) = (Map::new(), Map::new());
    for ((name, value), (_, changed)) in fields(before).into_iter().zip(fields(after)) {
        if value != changed {
            old.insert(name.to_owned(), value);
            new.insert(name.to_owned(), changed);
        }
    }
    (old, new)
}

/// Returns an entry with the environment's id and project.
pub(crate) fn environment_entry(environment: &EnvironmentRow, action: Action) -> AuditEntry {
    AuditEntry::new(action)
        .project(&environment.project_id)
        .environment(&environment.id)
}
