//! Projects: lookup, lists and insertion.

use keystile_keys::{Name, ProjectId, os_random};
use keystile_store::{Action, AuditEntry, Connection, EnvironmentRow, ProjectRow, Write};

use crate::environments::require_environment;
use crate::error::{Field, RegistryError};
use crate::input::CheckedEnvironment;
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
    connection: &mut Connection,
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
        Ok(ProjectRow::all(&mut *self.store.read().await?).await?)
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

    /// Adds a project and its first environment, if there is one. The caller commits.
    ///
    /// # Errors
    /// `NameTaken`, `PrefixTaken`, `Randomness`, or a `Store` error.
    pub(crate) async fn add_project(
        &self,
        write: &mut Write<'_>,
        name: &Name,
        environment: Option<&CheckedEnvironment>,
    ) -> Result<CreatedProject, RegistryError> {
        let id = ProjectId::generate(&mut os_random())?;
        let now = self.now();
        write
            .add_project(&id, name, now)
            .await
            .map_err(|error| RegistryError::from_insert(error, Field::ProjectName, name))?;
        let created = AuditEntry::new(Action::ProjectCreated)
            .project(&id)
            .with("name", name.as_str());
        write.record(now, created).await?;
        let environment = match environment {
            Some(fields) => {
                let id = self.add_environment(write, &id, fields).await?;
                Some(require_environment(write.connection(), &id).await?)
            }
            None => None,
        };
        Ok(CreatedProject {
            project: require_project(write.connection(), &id).await?,
            environment,
        })
    }
}
