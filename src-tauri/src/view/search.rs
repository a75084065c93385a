//! Keys that were found in all projects.

use keystile_keys::{MentionForm, Permission, Stage, State};
use keystile_store as store;
use serde::Serialize;
use ts_rs::TS;

/// A key with its place.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct FoundKey {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) prefix: String,
    pub(crate) state: State,
    pub(crate) permissions: Vec<Permission>,
    pub(crate) environment_id: String,
    pub(crate) environment_name: String,
    pub(crate) stage: Stage,
    pub(crate) project_id: String,
    pub(crate) project_name: String,
}

impl From<store::KeyRow> for FoundKey {
    fn from(row: store::KeyRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            prefix: row.prefix,
            state: row.state,
            permissions: row.permissions.as_slice().to_vec(),
            environment_id: row.environment_id.to_string(),
            environment_name: row.environment_name,
            stage: row.stage,
            project_id: row.project_id.to_string(),
            project_name: row.project_name,
        }
    }
}

/// The key whose id is in a pasted text.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct IdentifiedKey {
    pub(crate) key: FoundKey,
    #[ts(type = "number | null")]
    pub(crate) last_used_at: Option<i64>,
    pub(crate) form: MentionForm,
}
