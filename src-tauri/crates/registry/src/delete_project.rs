//! Deletes a project with all its environments and revokes their keys in the same transaction. This is irreversible: if
//! there are usable keys, the project's name must be typed.

use keystile_keys::ProjectId;
use keystile_store::{Action, AuditEntry, EnvironmentRow};

use crate::confirm::require_name;
use crate::error::RegistryError;
use crate::projects::require_project;
use crate::registry::Registry;

impl Registry {
    /// Deletes a project.
    ///
    /// # Errors
    /// `NotFound`, `NameRequired` if `confirmation` is not its name or, with usable keys, is missing, or a `Store`
    /// error.
    pub async fn delete_project(
        &self,
        id: &ProjectId,
        confirmation: Option<&str>,
    ) -> Result<(), RegistryError> {
        let mut write = self.store.write().await?;
        let project = require_project(write.connection(), id).await?;
        let mut revoked = 0;
        for environment in EnvironmentRow::list_in_project(write.connection(), id).await? {
            revoked += self.remove_environment(&mut write, &environment).await?;
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
        self.request_sweep();
        Ok(())
    }
}
