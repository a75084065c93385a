//! Reads and writes the settings of gateways.

use keystile_keys::EnvironmentId;

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::gateway::GatewayRow;
use crate::write::Write;

impl GatewayRow {
    /// Returns the gateway of an environment, with default settings if there is no row.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        connection: &mut Connection<'_>,
        environment: &EnvironmentId,
    ) -> Result<Self, StoreError> {
        on_database!(connection, gateway::find(environment))
    }

    /// Returns the gateways with a port, except those of deleted environments, lowest port first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn with_port(connection: &mut Connection<'_>) -> Result<Vec<Self>, StoreError> {
        on_database!(connection, gateway::with_port())
    }
}

impl Write<'_> {
    /// Inserts or updates a gateway.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_gateway(&mut self, gateway: &GatewayRow) -> Result<(), StoreError> {
        on_database!(self.connection(), gateway::set_gateway(gateway))
    }
}
