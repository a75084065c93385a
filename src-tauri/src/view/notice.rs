//! Notices about prompts that were open when their process ended.

use keystile_keys::{Permission, Stage};
use keystile_registry as registry;
use serde::Serialize;
use ts_rs::TS;

/// A key whose prompt was never closed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Notice {
    pub(crate) kind: registry::NoticeKind,
    pub(crate) key_id: String,
    pub(crate) name: String,
    pub(crate) permissions: Vec<Permission>,
    pub(crate) project_id: String,
    pub(crate) project_name: String,
    pub(crate) environment_id: String,
    pub(crate) environment_name: String,
    pub(crate) stage: Stage,
}

impl From<registry::Notice> for Notice {
    fn from(notice: registry::Notice) -> Self {
        Self {
            kind: notice.kind,
            key_id: notice.key.id.to_string(),
            name: notice.key.name,
            permissions: notice.key.permissions.as_slice().to_vec(),
            project_id: notice.key.project_id.to_string(),
            project_name: notice.key.project_name,
            environment_id: notice.key.environment_id.to_string(),
            environment_name: notice.key.environment_name,
            stage: notice.key.stage,
        }
    }
}
