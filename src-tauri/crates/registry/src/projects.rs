//! Projects: lookup and lists.

use keystile_keys::ProjectId;
use keystile_store::{Connection, EnvironmentRow, ProjectRow};

use crate::error::RegistryError;
use crate::registry::{Registry, unambiguous};

/// A new project and its first environment, if one was entered.
#[derive(Debug)]
pub struct CreatedProject {
    /// The project.
    pub project: ProjectRow,
    /// Its first environment.
    pub environment: Option<EnvironmentRow>,
}

/// Returns the project with this id.
///
/// # Errors
/// `NotFound` or a `Store` error.
pub(crate) async fn require_project(
    connection: &mut Connection<'_>,
    id: &ProjectId,
) -> Result<ProjectRow, RegistryError> {
    ProjectRow::find(connection, id)
        .await?
        .ok_or(RegistryError::NotFound("project"))
}

impl Registry {
    /// Returns all projects, oldest first.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn list_projects(&self) -> Result<Vec<ProjectRow>, RegistryError> {
        Ok(ProjectRow::all(&mut self.store.read().await?).await?)
    }

    /// Returns the project with this id or name; `None` if there is none.
    ///
    /// # Errors
    /// `Ambiguous` if one project has it as its id and another as its name, or a `Store` error.
    pub async fn find_project(&self, reference: &str) -> Result<Option<ProjectRow>, RegistryError> {
        let mut connection = self.store.read().await?;
        let by_id = match reference.parse() {
            Ok(id) => ProjectRow::find(&mut connection, &id).await?,
            Err(_) => None,
        };
        let by_name = ProjectRow::find_by_name(&mut connection, reference).await?;
        unambiguous("project", reference, by_id, by_name, |project| project.id)
    }
}
