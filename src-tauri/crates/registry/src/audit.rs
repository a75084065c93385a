//! Audit entries that several operations write.

use keystile_store::{Action, AuditEntry, EnvironmentRow, KeyRow};

/// Returns an entry with the key's id, name, environment, and project.
pub(crate) fn key_entry(key: &KeyRow, action: Action) -> AuditEntry {
    AuditEntry::new(action)
        .project(&key.project_id)
        .environment(&key.environment_id)
        .key(key.id)
        .with("name", key.name.as_str())
}

/// Returns an entry with the environment's id and project.
pub(crate) fn environment_entry(environment: &EnvironmentRow, action: Action) -> AuditEntry {
    AuditEntry::new(action)
        .project(&environment.project_id)
        .environment(&environment.id)
}
