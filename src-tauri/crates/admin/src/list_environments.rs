//! `GET /v1/admin/environments`: the environments that a token is for.

use axum::extract::State;
use keystile_guard::{Problem, Response};
use keystile_store::EnvironmentRow;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::problems::{OperationProblems, problem};

/// An environment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Environment {
    /// The id.
    id: String,
    /// The id of its project.
    project_id: String,
    /// The name of its project.
    project: String,
    /// The name.
    name: String,
    /// `production`, `staging`, or `development`. In production, some operations must be confirmed by a name.
    stage: &'static str,
    /// What its keys begin with.
    prefix: String,
    /// The number of its active keys.
    active_keys: i64,
    /// The days after which a new key expires by default; null: never.
    default_days: Option<u32>,
    /// The longest allowed lifetime of a new key in days; null: unlimited.
    max_days: Option<u32>,
    /// When it was created.
    #[schema(format = DateTime)]
    created_at: String,
}

/// The environments that a token is for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnvironmentList {
    /// By project, oldest first.
    environments: Vec<Environment>,
}

impl From<EnvironmentRow> for Environment {
    fn from(row: EnvironmentRow) -> Self {
        Self {
            id: row.id.to_string(),
            project_id: row.project_id.to_string(),
            project: row.project_name,
            name: row.name,
            stage: row.stage.as_str(),
            prefix: row.prefix.as_str().to_owned(),
            active_keys: row.active_keys,
            default_days: row.default_days,
            max_days: row.max_days,
            created_at: row.created_at.to_rfc3339().unwrap_or_default(),
        }
    }
}

/// List the environments
#[utoipa::path(
    get,
    path = "/v1/admin/environments",
    operation_id = "list_environments",
    tag = "admin",
    responses(
        (status = 200, description = "The environments that the token is for", body = EnvironmentList),
        OperationProblems,
    ),
    security(("admin" = [])),
)]
pub(crate) async fn list_environments(
    State(api): State<AdminApi>,
    access: Access,
) -> Result<Response, Problem> {
    let projects = api.registry.list_projects().await;
    let projects = projects.map_err(|error| problem(&error))?;
    let mut environments = Vec::new();
    for project in projects.iter().filter(|project| access.allows(&project.id)) {
        let rows = api.registry.list_environments(&project.id).await;
        let rows = rows.map_err(|error| problem(&error))?;
        environments.extend(rows.into_iter().map(Environment::from));
    }
    Ok(keystile_guard::json(&EnvironmentList { environments }))
}
