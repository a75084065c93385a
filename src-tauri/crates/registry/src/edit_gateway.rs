//! Edits the configuration of an environment's gateway. A running gateway reloads it.

use keystile_keys::EnvironmentId;
use keystile_store::{Action, GatewayRow};

use crate::error::RegistryError;
use crate::gateway::Gateway;
use crate::input::GatewayInput;
use crate::registry::Registry;

impl Registry {
    /// Edits a gateway. `port`: the port from its next start; `None` keeps the stored one.
    ///
    /// # Errors
    /// `PortTaken`, `NotFound`, `InvalidRouteRule`, `DuplicateRouteRule`, `RouteRulesChanged`, or a `Store` error.
    pub async fn edit_gateway(
        &self,
        id: &EnvironmentId,
        input: &GatewayInput,
        port: Option<u16>,
    ) -> Result<Gateway, RegistryError> {
        let mut write = self.store.write().await?;
        let mut is_moved = false;
        if let Some(port) = port {
            let set_port = |row: &mut GatewayRow| {
                row.port = Some(port);
                Action::GatewayPortSet
            };
            (_, is_moved) = self.change_gateway_port(&mut write, id, set_port).await?;
        }
        let (gateway, is_edited) = self.change_gateway(&mut write, id, input).await?;
        if is_moved || is_edited {
            write.commit().await?;
        }
        Ok(gateway)
    }
}
