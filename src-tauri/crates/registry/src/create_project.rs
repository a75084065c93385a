//! Creates a project and, if one was entered, its first environment in the same transaction.

use crate::error::{Field, RegistryError};
use crate::input::{self, EnvironmentInput};
use crate::projects::CreatedProject;
use crate::registry::Registry;

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
}
