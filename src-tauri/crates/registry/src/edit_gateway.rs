//! Edits the configuration of an environment's gateway. A running gateway reloads it.

use keystile_keys::EnvironmentId;

use crate::error::RegistryError;
use crate::gateway::Gateway;
use crate::input::GatewayInput;
use crate::registry::Registry;

impl Registry {
    /// Edits a gateway.
    ///
    /// # Errors
    /// `NotFound`, `InvalidRouteRule`, `DuplicateRouteRule`, or a `Store` error.
    pub async fn edit_gateway(
        &self,
        id: &EnvironmentId,
        input: &GatewayInput,
    ) -> Result<Gateway, RegistryError> {
        let mut write = self.store.write().await?;
        let (gateway, is_changed) = self.change_gateway(&mut write, id, input).await?;
        if is_changed {
            write.commit().await?;
        }
        Ok(gateway)
    }
}
