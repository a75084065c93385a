//! Environments and their previews as the window is sent them.

use keystile_keys as keys;
use keystile_registry as registry;
use keystile_store as store;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The stage of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the words of keystile_keys::Stage")]
pub enum Stage {
    Development,
    Staging,
    Production,
}

impl From<keys::Stage> for Stage {
    fn from(stage: keys::Stage) -> Self {
        match stage {
            keys::Stage::Development => Self::Development,
            keys::Stage::Staging => Self::Staging,
            keys::Stage::Production => Self::Production,
        }
    }
}

impl From<Stage> for keys::Stage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Development => Self::Development,
            Stage::Staging => Self::Staging,
            Stage::Production => Self::Production,
        }
    }
}

/// An environment.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(missing_docs, reason = "the fields of keystile_store::EnvironmentRow")]
pub struct Environment {
    pub id: String,
    pub project_id: String,
    pub project_name: String,
    pub name: String,
    pub stage: Stage,
    pub prefix: String,
    pub prefix_fixed: bool,
    pub endpoint: Option<String>,
    #[ts(type = "number | null")]
    pub activated_at: Option<i64>,
    #[ts(type = "number")]
    pub live_keys: i64,
    /// When a key of it let a request pass for the last time.
    #[ts(type = "number | null")]
    pub last_request_at: Option<i64>,
    #[ts(type = "number")]
    pub created_at: i64,
}

impl Environment {
    pub(crate) fn of(row: store::EnvironmentRow, last_request: Option<keys::Timestamp>) -> Self {
        Self {
            id: row.id.to_string(),
            project_id: row.project_id.to_string(),
            project_name: row.project_name,
            name: row.name,
            stage: row.stage.into(),
            prefix: row.prefix.as_str().to_owned(),
            prefix_fixed: row.first_issued_at.is_some(),
            endpoint: row.endpoint,
            activated_at: row.activated_at.map(keys::Timestamp::as_millis),
            live_keys: row.live_keys,
            last_request_at: last_request.map(keys::Timestamp::as_millis),
            created_at: row.created_at.as_millis(),
        }
    }
}

/// What an environment would be.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(
    missing_docs,
    reason = "the fields of keystile_registry::EnvironmentPreview"
)]
pub struct EnvironmentPreview {
    pub stage: Stage,
    pub prefix: String,
    pub example: String,
    pub prefix_problem: Option<String>,
}

impl From<registry::EnvironmentPreview> for EnvironmentPreview {
    fn from(preview: registry::EnvironmentPreview) -> Self {
        Self {
            stage: preview.stage.into(),
            prefix: preview.prefix,
            example: preview.example,
            prefix_problem: preview
                .problem
                .map(|problem| format!("{problem} {}", problem.advice())),
        }
    }
}
