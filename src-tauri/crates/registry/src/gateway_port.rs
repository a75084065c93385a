//! Records a gateway's port and whether the window offers to start it again. The process that runs the gateway calls
//! these functions when the gateway starts and stops.

use std::net::{Ipv4Addr, TcpListener};

use keystile_keys::EnvironmentId;
use keystile_store::{Action, Connection, GatewayRow, Write};

use crate::audit::environment_entry;
use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::gateway::{Gateway, require_gateway};
use crate::registry::Registry;

/// How many ports to try until one is free.
pub const MAX_PORTS: u16 = 200;

impl Registry {
    /// Returns the first port after `port` that no stored gateway has and no program uses on loopback.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn free_port_after(&self, port: u16) -> Result<Option<u16>, RegistryError> {
        let mut connection = self.store.read().await?;
        let stored = GatewayRow::with_port(&mut connection).await?;
        Ok(free_port_after(&stored, port))
    }

    /// Checks that no other gateway of this store has the port.
    ///
    /// # Errors
    /// `PortTaken` or a `Store` error.
    pub async fn check_gateway_port(
        &self,
        id: &EnvironmentId,
        port: u16,
    ) -> Result<(), RegistryError> {
        let mut connection = self.store.read().await?;
        require_available_port(&mut connection, id, port).await
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
        let (gateway, is_changed) = self.change_gateway_port(&mut write, id, change).await?;
        if is_changed {
            write.commit().await?;
        }
        Ok(gateway)
    }

    /// Changes the port or `autostart` of a gateway and returns it and whether it changed. The caller commits.
    ///
    /// # Errors
    /// `PortTaken`, `NotFound`, or a `Store` error.
    pub(crate) async fn change_gateway_port(
        &self,
        write: &mut Write<'_>,
        id: &EnvironmentId,
        change: impl FnOnce(&mut GatewayRow) -> Action,
    ) -> Result<(Gateway, bool), RegistryError> {
        let mut gateway = require_gateway(write.connection(), id).await?;
        let before = gateway.row.clone();
        let action = change(&mut gateway.row);
        if gateway.row == before {
            return Ok((gateway, false));
        }
        if let Some(port) = gateway.row.port
            && gateway.row.port != before.port
        {
            require_available_port(write.connection(), id, port).await?;
        }
        write.set_gateway(&gateway.row).await?;
        let entry = environment_entry(&gateway.environment, action).with("port", gateway.row.port);
        write.record(self.now(), entry).await?;
        Ok((gateway, true))
    }
}

async fn require_available_port(
    connection: &mut Connection<'_>,
    id: &EnvironmentId,
    port: u16,
) -> Result<(), RegistryError> {
    let stored = GatewayRow::with_port(connection).await?;
    let is_other = |row: &&GatewayRow| row.port == Some(port) && row.environment_id != *id;
    let Some(other) = stored.iter().find(is_other) else {
        return Ok(());
    };
    let owner = require_environment(connection, &other.environment_id).await?;
    Err(RegistryError::PortTaken {
        port,
        environment: owner.reference(),
        suggestion: free_port_after(&stored, port),
    })
}

fn free_port_after(stored: &[GatewayRow], port: u16) -> Option<u16> {
    let is_free = |candidate: &u16| {
        !stored.iter().any(|row| row.port == Some(*candidate))
            && TcpListener::bind((Ipv4Addr::LOCALHOST, *candidate)).is_ok()
    };
    (port..=port.saturating_add(MAX_PORTS))
        .skip(1)
        .find(is_free)
}
