//! Rename a project. Reversible, so nobody is asked: the old name can be given back.

use keystile_keys::ProjectId;
use keystile_store::{Action, AuditEntry, ProjectRow};

use crate::error::{Field, RegistryError};
use crate::fields;
use crate::registry::Registry;

impl Registry {
    /// Gives a project another name.
    ///
    /// # Errors
    /// `NotFound`, `Name`, `Store(Taken)`, or another `Store` error.
    pub async fn rename_project(
        &self,
        id: &ProjectId,
        name: &str,
    ) -> Result<ProjectRow, RegistryError> {
        let name = fields::name(name, Field::ProjectName)?;
        let mut write = self.store.write().await?;
        let before = ProjectRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("project"))?;
        if before.name == name.as_str() {
            return Ok(before);
        }
        write.rename_project(id, &name).await?;
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
