//! Creates an environment in a project. It becomes active when its first key is claimed.

use keystile_keys::ProjectId;
use keystile_store::EnvironmentRow;

use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::input::EnvironmentInput;
use crate::projects::require_project;
use crate::registry::Registry;

impl Registry {
    /// Creates an environment.
    ///
    /// # Errors
    /// `NotFound`, an error of a field, or a `Store` error.
    pub async fn create_environment(
        &self,
        project: &ProjectId,
        input: &EnvironmentInput,
    ) -> Result<EnvironmentRow, RegistryError> {
        let fields = input.check()?;
        let mut write = self.store.write().await?;
        require_project(write.connection(), project).await?;
        let id = self.add_environment(&mut write, project, &fields).await?;
        let created = require_environment(write.connection(), &id).await?;
        write.commit().await?;
        Ok(created)
    }
}
