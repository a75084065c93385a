//! What is stored when a gateway is placed, starts and stops: the port, which it keeps, and that the window runs it, so that
//! it is offered again after the program has ended. Whoever runs gateways calls this; listening itself is not the registry's.

use keystile_keys::EnvironmentId;
use keystile_store::{Action, AuditEntry, GatewayRow};

use crate::error::RegistryError;
use crate::registry::Registry;
use crate::show_gateway::{Gateway, gateway};

impl Registry {
    /// The gateway is to listen on this port from its next start on.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn set_gateway_port(
        &self,
        id: &EnvironmentId,
        port: u16,
    ) -> Result<Gateway, RegistryError> {
        self.mark_gateway(id, |row| {
            row.port = Some(port);
            Action::GatewayPlaced
        })
        .await
    }

    /// The gateway listens on this port, and keeps it from now on. `is_offered`: it is to be offered again if the program
    /// ends before it was stopped.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn mark_gateway_started(
        &self,
        id: &EnvironmentId,
        port: u16,
        is_offered: bool,
    ) -> Result<Gateway, RegistryError> {
        self.mark_gateway(id, |row| {
            row.port = Some(port);
            row.autostart |= is_offered;
            if is_offered {
                Action::GatewayStarted
            } else {
                Action::GatewayPlaced
            }
        })
        .await
    }

    /// The gateway was stopped, or is not to be offered again.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn mark_gateway_stopped(&self, id: &EnvironmentId) -> Result<Gateway, RegistryError> {
        self.mark_gateway(id, |row| {
            row.autostart = false;
            Action::GatewayStopped
        })
        .await
    }

    async fn mark_gateway(
        &self,
        id: &EnvironmentId,
        change: impl FnOnce(&mut GatewayRow) -> Action,
    ) -> Result<Gateway, RegistryError> {
        let mut write = self.store.write().await?;
        let mut marked = gateway(write.connection(), id).await?;
        let before = marked.row.clone();
        let action = change(&mut marked.row);
        if marked.row == before {
            return Ok(marked);
        }
        write.set_gateway(&marked.row).await?;
        let entry = AuditEntry::new(action)
            .project(&marked.environment.project_id)
            .environment(id)
            .with("port", marked.row.port);
        write.record(self.now(), entry).await?;
        write.commit().await?;
        Ok(marked)
    }
}
