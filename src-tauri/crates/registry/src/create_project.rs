//! Creates a project and, if one was entered, its first environment in the same transaction.

use keystile_keys::{Name, ProjectId, os_random};
use keystile_store::{Action, AuditEntry, NameScope, ProjectRow, Write};

use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::field::Field;
use crate::input::{self, CheckedEnvironment, EnvironmentInput};
use crate::projects::{CreatedProject, require_project};
use crate::registry::Registry;
use crate::similar_name::require_distinct_name;

impl Registry {
    /// Creates a project.
    ///
    /// # Errors
    /// An error of a field, or a `Store` error. Nothing is stored then.
    pub async fn create_project(
        &self,
        name: &str,
        environment: Option<&EnvironmentInput>,
    ) -> Result<CreatedProject, RegistryError> {
        let name = input::parse_name(name, Field::ProjectName)?;
        let environment = environment.map(EnvironmentInput::check).transpose()?;
        let mut write = self.store.write().await?;
        let created = self
            .add_project(&mut write, &name, environment.as_ref())
            .await?;
        write.commit().await?;
        Ok(created)
    }

    /// Adds a project and its first environment, if there is one. The caller commits.
    ///
    /// # Errors
    /// `NameTaken`, `NameConfusable`, `PrefixTaken`, `Randomness`, or a `Store` error.
    pub(crate) async fn add_project(
        &self,
        write: &mut Write<'_>,
        name: &Name,
        environment: Option<&CheckedEnvironment>,
    ) -> Result<CreatedProject, RegistryError> {
        let id = ProjectId::generate(&mut os_random())?;
        let now = self.now();
        require_distinct_name(write.connection(), NameScope::Projects, name, None).await?;
        let field = Field::ProjectName;
        // Before the insertion: when a statement has failed, PostgreSQL rejects all others of the transaction.
        let taken = ProjectRow::find_by_name(write.connection(), name.as_str()).await?;
        if let Some(taken) = taken {
            // Names are unique ignoring case, so the stored one may look different.
            let name = taken.name;
            return Err(RegistryError::NameTaken { field, name });
        }
        write
            .add_project(&id, name, now)
            .await
            .map_err(|error| RegistryError::from_insert(error, field, name.as_str()))?;
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
