//! Notices about prompts that were open when their process ended.

use keystile_keys::{Permission, Stage};
use keystile_registry as registry;
use serde::Serialize;
use ts_rs::TS;

/// A key whose prompt was never closed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "see keystile_registry::Notice")]
pub struct Notice {
    pub kind: registry::NoticeKind,
    pub key_id: String,
    pub name: String,
    pub permissions: Vec<Permission>,
    pub project_id: String,
    pub project_name: String,
    pub environment_id: String,
    pub environment_name: String,
    pub stage: Stage,
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
