//! Renames a project.

use keystile_keys::ProjectId;
use keystile_store::{Action, AuditEntry, NameScope, ProjectRow};

use crate::error::RegistryError;
use crate::field::Field;
use crate::input;
use crate::projects::require_project;
use crate::registry::Registry;
use crate::similar_name::require_distinct_name;

impl Registry {
    /// Renames a project.
    ///
    /// # Errors
    /// `NotFound`, an error of the name, or a `Store` error.
    pub async fn rename_project(
        &self,
        id: &ProjectId,
        name: &str,
    ) -> Result<ProjectRow, RegistryError> {
        let name = input::parse_name(name, Field::ProjectName)?;
        let mut write = self.store.write().await?;
        let before = require_project(write.connection(), id).await?;
        if before.name == name.as_str() {
            return Ok(before);
        }
        let scope = NameScope::Projects;
        require_distinct_name(write.connection(), scope, &name, Some(id.as_str())).await?;
        write.rename_project(id, &name).await.map_err(|error| {
            RegistryError::from_insert(error, Field::ProjectName, name.as_str())
        })?;
        let entry = AuditEntry::new(Action::ProjectRenamed)
            .project(id)
            .with("before", before.name.as_str())
            .with("name", name.as_str());
        write.record(self.now(), entry).await?;
        write.commit().await?;
        Ok(ProjectRow {
            name: name.as_str().to_owned(),
            ..before
        })
    }
}
