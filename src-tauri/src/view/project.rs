//! Projects.

use keystile_registry as registry;
use keystile_store as store;
use serde::Serialize;
use ts_rs::TS;

use super::environment::Environment;

/// A project.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) name: String,
    #[ts(type = "number")]
    pub(crate) environments: i64,
    #[ts(type = "number")]
    pub(crate) active_keys: i64,
    #[ts(type = "number")]
    pub(crate) created_at: i64,
}

impl From<store::ProjectRow> for Project {
    fn from(row: store::ProjectRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            environments: row.environments,
            active_keys: row.active_keys,
            created_at: row.created_at.as_millis(),
        }
    }
}

/// A new project and its first environment.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct CreatedProject {
    pub(crate) project: Project,
    pub(crate) environment: Option<Environment>,
}

impl From<registry::CreatedProject> for CreatedProject {
    fn from(created: registry::CreatedProject) -> Self {
        Self {
            project: created.project.into(),
            environment: created
                .environment
                .map(|environment| Environment::new(environment, None)),
        }
    }
}
