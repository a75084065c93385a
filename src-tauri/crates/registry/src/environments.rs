//! Environments: lookup, lists, insertion, and deletion.

use keystile_keys::{EnvironmentId, Prefix, ProjectId, Stage, State, os_random};
use keystile_store::{
    Action, AuditEntry, Connection, EnvironmentChange, EnvironmentRow, KeyRow, NameScope,
    NewEnvironment, Write,
};

use crate::audit::environment_entry;
use crate::error::RegistryError;
use crate::field::Field;
use crate::input::CheckedEnvironment;
use crate::projects::require_project;
use crate::registry::Registry;
use crate::similar_name::require_distinct_name;

/// Returns the environment with this id.
///
/// # Errors
/// `NotFound` or a `Store` error.
pub(crate) async fn require_environment(
    connection: &mut Connection<'_>,
    id: &EnvironmentId,
) -> Result<EnvironmentRow, RegistryError> {
    EnvironmentRow::find(connection, id)
        .await?
        .ok_or(RegistryError::NotFound("environment"))
}

/// Returns the first prefix derived from the name and stage that no environment except `except` uses.
///
/// # Errors
/// A `Store` error.
pub(crate) async fn free_prefix(
    connection: &mut Connection<'_>,
    name: &str,
    stage: Stage,
    except: Option<&EnvironmentId>,
) -> Result<Prefix, RegistryError> {
    let suggested = Prefix::suggested_for(name, stage);
    let mut candidate = suggested.clone();
    let mut number = 2;
    while EnvironmentRow::is_prefix_taken(connection, &candidate, except).await? {
        candidate = suggested.numbered(number);
        number += 1;
    }
    Ok(candidate)
}

impl Registry {
    /// Returns the environments of a project, oldest first.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn list_environments(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<EnvironmentRow>, RegistryError> {
        let mut connection = self.store.read().await?;
        require_project(&mut connection, project).await?;
        Ok(EnvironmentRow::list_in_project(&mut connection, project).await?)
    }

    /// Returns the environment with this id or this `project/environment` name; `None` if there is none.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn find_environment(
        &self,
        reference: &str,
    ) -> Result<Option<EnvironmentRow>, RegistryError> {
        let mut connection = self.store.read().await?;
        Ok(EnvironmentRow::find_by_reference(&mut connection, reference).await?)
    }

    /// Returns the environment with this name or id in the project with this name or id; `None` if there is none.
    ///
    /// # Errors
    /// As [`Registry::find_project`].
    pub async fn find_environment_in(
        &self,
        project: &str,
        environment: &str,
    ) -> Result<Option<EnvironmentRow>, RegistryError> {
        let Some(project) = self.find_project(project).await? else {
            return Ok(None);
        };
        let mut connection = self.store.read().await?;
        let by_name =
            EnvironmentRow::find_by_name(&mut connection, &project.name, environment).await?;
        let found = match environment.parse() {
            Ok(id) if by_name.is_none() => EnvironmentRow::find(&mut connection, &id).await?,
            _ => by_name,
        };
        Ok(found.filter(|found| found.project_id == project.id))
    }

    /// Adds an environment. The caller commits.
    ///
    /// # Errors
    /// `NameTaken`, `NameConfusable`, `PrefixTaken`, `Randomness`, or a `Store` error.
    pub(crate) async fn add_environment(
        &self,
        write: &mut Write<'_>,
        project: &ProjectId,
        fields: &CheckedEnvironment,
    ) -> Result<EnvironmentId, RegistryError> {
        let scope = NameScope::Environments(project);
        require_distinct_name(write.connection(), scope, &fields.name, None).await?;
        let prefix = match &fields.prefix {
            Some(prefix) => prefix.clone(),
            None => {
                let name = fields.name.as_str();
                free_prefix(write.connection(), name, fields.stage, None).await?
            }
        };
        let id = EnvironmentId::generate(&mut os_random())?;
        let new = NewEnvironment {
            id,
            project_id: *project,
            name: &fields.name,
            change: EnvironmentChange {
                stage: fields.stage,
                prefix: &prefix,
                endpoint: fields.endpoint.as_deref(),
                key_location: &fields.key_location.clone().unwrap_or_default(),
                default_days: fields.default_days,
                max_days: fields.max_days,
            },
        };
        let now = self.now();
        write.add_environment(&new, now).await.map_err(|error| {
            RegistryError::from_insert(error, Field::EnvironmentName, fields.name.as_str())
        })?;
        let entry = AuditEntry::new(Action::EnvironmentCreated)
            .project(project)
            .environment(&id)
            .with("name", fields.name.as_str())
            .with("stage", fields.stage.as_str())
            .with("prefix", prefix.as_str());
        write.record(now, entry).await?;
        Ok(id)
    }

    /// Revokes the usable keys of an environment, deletes it, and returns the number of revoked keys. The caller
    /// commits.
    ///
    /// # Errors
    /// A `Store` error.
    pub(crate) async fn remove_environment(
        &self,
        write: &mut Write<'_>,
        environment: &EnvironmentRow,
    ) -> Result<usize, RegistryError> {
        let keys = KeyRow::list_non_terminal(write.connection(), &environment.id).await?;
        self.end_keys(write, &keys, State::Revoked, None).await?;
        let now = self.now();
        write.delete_environment(&environment.id, now).await?;
        let entry = environment_entry(environment, Action::EnvironmentDeleted)
            .with("name", environment.name.as_str())
            .with("revoked", keys.len());
        write.record(now, entry).await?;
        Ok(keys.len())
    }
}
