//! Delete a project with all of its environments. Final: their living keys are revoked in the same transaction, and
//! when there are any the project's name must be typed.

use keystile_keys::ProjectId;
use keystile_store::{Action, AuditEntry, EnvironmentRow, ProjectRow};

use crate::delete_environment::require_name;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Deletes a project.
    ///
    /// # Errors
    /// `NotFound`, `NameRequired` when it has living keys and `confirmation` is not its name, or a `Store` error.
    pub async fn delete_project(
        &self,
        id: &ProjectId,
        confirmation: Option<&str>,
    ) -> Result<(), RegistryError> {
        let mut write = self.store.write().await?;
        let project = ProjectRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("project"))?;
        let mut revoked = 0;
        for environment in EnvironmentRow::list_in_project(write.connection(), id).await? {
            revoked += self.delete_environment_in(&mut write, &environment).await?;
        }
        require_name(revoked > 0, &project.name, confirmation)?;
        let now = self.now();
        write.delete_project(id, now).await?;
        let entry = AuditEntry::new(Action::ProjectDeleted)
            .project(id)
            .with("name", project.name)
            .with("revoked", revoked);
        write.record(now, entry).await?;
        write.commit().await?;
        self.want_sweep();
        Ok(())
    }
}
