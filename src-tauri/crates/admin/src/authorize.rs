//! Checks the token of a request, and finds what it is for. What another token is for looks as if it did not exist.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hyper::StatusCode;
use keystile_guard::Problem;
use keystile_keys::KeyId;
use keystile_registry::RegistryError;
use keystile_service::{AdminScope, reject_browsers};
use keystile_store::{EnvironmentRow, KeyRow};

use crate::access::Access;
use crate::admin_api::AdminApi;
use crate::problems::problem;

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

impl AdminApi {
    /// Returns the environment with this id or `project/environment` name.
    ///
    /// # Errors
    /// `unknown_environment`, or the store cannot be read.
    pub(crate) async fn environment(
        &self,
        access: Access,
        reference: &str,
    ) -> Result<EnvironmentRow, Problem> {
        let found = self.registry.find_environment(reference).await;
        found
            .map_err(|error| problem(&error))?
            .filter(|environment| access.allows(&environment.project_id))
            .ok_or_else(|| {
                Problem::unknown_environment(StatusCode::NOT_FOUND)
                    .with_advice("Use its id, or project%2Fenvironment.")
            })
    }

    /// Returns the key with this id, in any state.
    ///
    /// # Errors
    /// `not_found`, or the store cannot be read.
    pub(crate) async fn key(&self, access: Access, id: &str) -> Result<KeyRow, Problem> {
        let not_found = || problem(&RegistryError::NotFound("key"));
        let id: KeyId = id.parse().map_err(|_| not_found())?;
        let found = self.registry.find_key_by_id(id).await;
        found
            .map_err(|error| problem(&error))?
            .filter(|key| access.allows(&key.project_id))
            .ok_or_else(not_found)
    }
}
