//! Create an environment in a project. Its prefix is unique in the database; it is not active until a key of it has
//! been claimed.

use keystile_keys::ProjectId;
use keystile_store::{EnvironmentRow, ProjectRow};

use crate::error::RegistryError;
use crate::fields::EnvironmentInput;
use crate::registry::Registry;

impl Registry {
    /// Creates an environment.
    ///
    /// # Errors
    /// `NotFound`, `Name`, `Prefix`, `Endpoint`, `Store(Taken)`, or another `Store` error.
    pub async fn create_environment(
        &self,
        project: &ProjectId,
        fields: &EnvironmentInput,
    ) -> Result<EnvironmentRow, RegistryError> {
        let fields = fields.check()?;
        let mut write = self.store.write().await?;
        ProjectRow::find(write.connection(), project)
            .await?
            .ok_or(RegistryError::NotFound("project"))?;
        let id = self.add_environment(&mut write, project, &fields).await?;
        let created = EnvironmentRow::find(write.connection(), &id)
            .await?
            .ok_or(RegistryError::NotFound("environment"))?;
        write.commit().await?;
        Ok(created)
    }
}
