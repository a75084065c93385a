//! Deletes an environment and revokes its keys in the same transaction. This is irreversible: if it has usable keys,
//! its name must be typed.

use keystile_keys::EnvironmentId;

use crate::confirm::require_name;
use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Deletes an environment.
    ///
    /// # Errors
    /// `NotFound`, `NameRequired` if `confirmation` is not its name or, with usable keys, is missing, or a `Store`
    /// error.
    pub async fn delete_environment(
        &self,
        id: &EnvironmentId,
        confirmation: Option<&str>,
    ) -> Result<(), RegistryError> {
        let mut write = self.store.write().await?;
        let environment = require_environment(write.connection(), id).await?;
        let revoked = self.remove_environment(&mut write, &environment).await?;
        require_name(revoked > 0, &environment.name, confirmation)?;
        write.commit().await?;
        self.request_sweep();
        Ok(())
    }
}
