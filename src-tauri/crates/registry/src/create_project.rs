//! Create a project, and with it its first environment if one was entered: both or neither.

use keystile_keys::{EnvironmentId, Name, Prefix, ProjectId, os_random};
use keystile_store::{
    Action, AuditEntry, EnvironmentChange, EnvironmentRow, NewEnvironment, ProjectRow, Write,
};

use crate::error::{Field, RegistryError};
use crate::fields::{self, CheckedFields, EnvironmentInput};
use crate::registry::Registry;

/// A new project, and its first environment if one was asked for.
#[derive(Debug)]
pub struct CreatedProject {
    /// The project.
    pub project: ProjectRow,
    /// Its first environment.
    pub environment: Option<EnvironmentRow>,
}

impl Registry {
    /// Creates a project.
    ///
    /// # Errors
    /// `Name`, `Prefix`, `Endpoint`, `Store(Taken)`, or another `Store` error. Nothing is stored then.
    pub async fn create_project(
        &self,
        name: &str,
        environment: Option<&EnvironmentInput>,
    ) -> Result<CreatedProject, RegistryError> {
        let name = fields::name(name, Field::ProjectName)?;
        let environment = environment.map(EnvironmentInput::check).transpose()?;
        let mut write = self.store.write().await?;
        let created = self
            .add_project(&mut write, &name, environment.as_ref())
            .await?;
        write.commit().await?;
        Ok(created)
    }

    /// Adds a project, and its first environment if there is one, in a transaction that the caller commits.
    pub(crate) async fn add_project(
        &self,
        write: &mut Write<'_>,
        name: &Name,
        environment: Option<&CheckedFields>,
    ) -> Result<CreatedProject, RegistryError> {
        let id = ProjectId::generate(&mut os_random())?;
        let now = self.now();
        write.add_project(&id, name, now).await?;
        let created = AuditEntry::new(Action::ProjectCreated)
            .project(&id)
            .with("name", name.as_str());
        write.record(now, created).await?;
        let environment_id = match environment {
            Some(fields) => Some(self.add_environment(write, &id, fields).await?),
            None => None,
        };
        let project = ProjectRow::find(write.connection(), &id)
            .await?
            .ok_or(RegistryError::NotFound("project"))?;
        let environment = match environment_id {
            Some(id) => EnvironmentRow::find(write.connection(), &id).await?,
            None => None,
        };
        Ok(CreatedProject {
            project,
            environment,
        })
    }

    /// Adds an environment in a transaction that the caller commits.
    pub(crate) async fn add_environment(
        &self,
        write: &mut Write<'_>,
        project: &ProjectId,
        fields: &CheckedFields,
    ) -> Result<EnvironmentId, RegistryError> {
        let prefix: Prefix = match &fields.prefix {
            Some(prefix) => prefix.clone(),
            None => fields::free_prefix(write.connection(), fields.name.as_str(), None).await?,
        };
        let id = EnvironmentId::generate(&mut os_random())?;
        let new = NewEnvironment {
            id,
            project_id: *project,
            change: EnvironmentChange {
                name: &fields.name,
                stage: fields.stage,
                prefix: &prefix,
                endpoint: fields.endpoint.as_deref(),
                key_location: &fields.key_location.clone().unwrap_or_default(),
            },
        };
        let now = self.now();
        write.add_environment(&new, now).await?;
        let entry = AuditEntry::new(Action::EnvironmentCreated)
            .project(project)
            .environment(&id)
            .with("name", fields.name.as_str())
            .with("stage", fields.stage.as_str())
            .with("prefix", prefix.as_str());
        write.record(now, entry).await?;
        Ok(id)
    }
}
