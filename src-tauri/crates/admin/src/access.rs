//! What an administrator may manage. What another token is for looks as if it did not exist.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hyper::StatusCode;
use keystile_guard::Problem;
use keystile_keys::{KeyId, ProjectId};
use keystile_registry::RegistryError;
use keystile_service::{AdminScope, reject_browsers};
use keystile_store::{EnvironmentRow, KeyRow};

use crate::admin_api::AdminApi;
use crate::problems::problem;

/// The projects that the token of a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    AllProjects,
    Project(ProjectId),
}

impl FromRequestParts<AdminApi> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &AdminApi) -> Result<Self, Problem> {
        reject_browsers(&parts.headers)?;
        match api.settings.tokens.scope(&parts.headers)? {
            AdminScope::AllProjects => Ok(Self::AllProjects),
            AdminScope::Project(reference) => {
                let project = api.registry.find_project(reference).await;
                match project.map_err(|error| problem(&error))? {
                    Some(project) => Ok(Self::Project(project.id)),
                    None => Err(Problem::invalid_admin_token()
                        .with_detail("The project of this admin token does not exist.")),
                }
            }
        }
    }
}

impl Access {
    pub(crate) fn allows(self, project: &ProjectId) -> bool {
        match self {
            Self::AllProjects => true,
            Self::Project(allowed) => allowed == *project,
        }
    }

    /// Returns the environment with this id or `project/environment` name.
    ///
    /// # Errors
    /// `unknown_environment`, or the store cannot be read.
    pub(crate) async fn environment(
        self,
        api: &AdminApi,
        reference: &str,
    ) -> Result<EnvironmentRow, Problem> {
        let found = api.registry.find_environment(reference).await;
        found
            .map_err(|error| problem(&error))?
            .filter(|environment| self.allows(&environment.project_id))
            .ok_or_else(|| Problem::unknown_environment(StatusCode::NOT_FOUND))
    }

    /// Returns the key with this id, in any state.
    ///
    /// # Errors
    /// `not_found`, or the store cannot be read.
    pub(crate) async fn key(self, api: &AdminApi, id: &str) -> Result<KeyRow, Problem> {
        let not_found = || problem(&RegistryError::NotFound("key"));
        let id: KeyId = id.parse().map_err(|_| not_found())?;
        let found = api.registry.find_key_by_id(id).await;
        found
            .map_err(|error| problem(&error))?
            .filter(|key| self.allows(&key.project_id))
            .ok_or_else(not_found)
    }
}
