//! Records a gateway's port and whether the window offers to start it again. The process that runs the gateway calls
//! these functions when the gateway starts and stops.

use std::net::{Ipv4Addr, TcpListener};

use keystile_keys::EnvironmentId;
use keystile_store::{Action, GatewayRow};

use crate::audit::environment_entry;
use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::gateway::{Gateway, require_gateway};
use crate::registry::Registry;

/// How many ports to check for a free one.
const MAX_PORTS: u16 = 200;

impl Registry {
    /// Returns the first port after `port` that no stored gateway has and no program uses on loopback.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn free_port_after(&self, port: u16) -> Result<Option<u16>, RegistryError> {
        let gateways = self.list_gateways().await?;
        let is_free = |candidate: &u16| {
            let is_stored = gateways
                .iter()
                .any(|gateway| gateway.row.port == Some(*candidate));
            !is_stored && TcpListener::bind((Ipv4Addr::LOCALHOST, *candidate)).is_ok()
        };
        Ok((port..=port.saturating_add(MAX_PORTS))
            .skip(1)
            .find(is_free))
    }

    /// Sets the port that the gateway uses from its next start.
    ///
    /// # Errors
    /// `PortTaken`, `NotFound`, or a `Store` error.
    pub async fn set_gateway_port(
        &self,
        id: &EnvironmentId,
        port: u16,
    ) -> Result<Gateway, RegistryError> {
        self.record_gateway(id, |row| {
            row.port = Some(port);
            Action::GatewayPortSet
        })
        .await
    }

    /// Records that the gateway listens on this port, which it keeps. `autostart`: the window offers to start it again
    /// if the program ends before the gateway is stopped.
    ///
    /// # Errors
    /// `PortTaken`, `NotFound`, or a `Store` error.
    pub async fn mark_gateway_started(
        &self,
        id: &EnvironmentId,
        port: u16,
        autostart: bool,
    ) -> Result<Gateway, RegistryError> {
        self.record_gateway(id, |row| {
            row.port = Some(port);
            row.autostart |= autostart;
            if autostart {
                Action::GatewayStarted
            } else {
                Action::GatewayPortSet
            }
        })
        .await
    }

    /// Records that the gateway was stopped. The window does not offer to start it again.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn mark_gateway_stopped(&self, id: &EnvironmentId) -> Result<Gateway, RegistryError> {
        self.record_gateway(id, |row| {
            row.autostart = false;
            Action::GatewayStopped
        })
        .await
    }

    async fn record_gateway(
        &self,
        id: &EnvironmentId,
        change: impl FnOnce(&mut GatewayRow) -> Action,
    ) -> Result<Gateway, RegistryError> {
        let mut write = self.store.write().await?;
        let mut gateway = require_gateway(write.connection(), id).await?;
        let before = gateway.row.clone();
        let action = change(&mut gateway.row);
        if gateway.row == before {
            return Ok(gateway);
        }
        if let Some(port) = gateway.row.port
            && gateway.row.port != before.port
        {
            let stored = GatewayRow::with_port(write.connection()).await?;
            let other = stored
                .iter()
                .find(|other| other.port == Some(port) && other.environment_id != *id);
            if let Some(other) = other {
                let owner = require_environment(write.connection(), &other.environment_id).await?;
                drop(write);
                return Err(RegistryError::PortTaken {
                    port,
                    environment: owner.reference(),
                    suggestion: self.free_port_after(port).await?,
                });
            }
        }
        write.set_gateway(&gateway.row).await?;
        let entry = environment_entry(&gateway.environment, action).with("port", gateway.row.port);
        write.record(self.now(), entry).await?;
        write.commit().await?;
        Ok(gateway)
    }
}
