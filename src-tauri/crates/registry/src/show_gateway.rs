//! What an environment's gateway does, and what stands behind it. Reading only.

use keystile_keys::EnvironmentId;
use keystile_policy::RouteRules;
use keystile_store::{EnvironmentRow, GatewayRow};

use crate::error::RegistryError;
use crate::registry::Registry;

/// An environment's gateway as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// Its environment.
    pub environment: EnvironmentRow,
    /// What it does.
    pub row: GatewayRow,
}

/// What a gateway passes requests to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpstreamKind<'a> {
    /// The environment's endpoint.
    Endpoint(&'a str),
    /// The sample API of the program that runs the gateway.
    Sample,
    /// Nothing: it cannot be started.
    Nothing,
}

impl Gateway {
    /// What stands behind it. An endpoint that was entered replaces the sample.
    pub fn upstream_kind(&self) -> UpstreamKind<'_> {
        match &self.environment.endpoint {
            Some(endpoint) => UpstreamKind::Endpoint(endpoint),
            None if self.row.sample_upstream => UpstreamKind::Sample,
            None => UpstreamKind::Nothing,
        }
    }

    /// What its callers ask: the gateway once it has an address, before that the endpoint itself.
    ///
    /// # Errors
    /// `NoAddress`.
    pub fn address(&self) -> Result<String, RegistryError> {
        match (self.row.port, &self.environment.endpoint) {
            (Some(port), _) => Ok(format!("http://127.0.0.1:{port}/")),
            (None, Some(endpoint)) => Ok(format!("{endpoint}/")),
            (None, None) => Err(RegistryError::NoEndpoint),
        }
    }

    /// Its route rules.
    pub fn rules(&self) -> &RouteRules {
        &self.row.rules
    }
}

impl Registry {
    /// The gateway of an environment, whether or not it was ever touched.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn show_gateway(&self, id: &EnvironmentId) -> Result<Gateway, RegistryError> {
        let mut connection = self.store.read().await?;
        gateway(&mut connection, id).await
    }

    /// The gateways that have a port, lowest first.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn list_gateways(&self) -> Result<Vec<Gateway>, RegistryError> {
        let mut connection = self.store.read().await?;
        let mut gateways = Vec::new();
        for row in GatewayRow::with_port(&mut connection).await? {
            if let Some(environment) =
                EnvironmentRow::find(&mut connection, &row.environment_id).await?
            {
                gateways.push(Gateway { environment, row });
            }
        }
        Ok(gateways)
    }
}

/// The gateway of an environment, for the verbs that change it.
pub(crate) async fn gateway(
    connection: &mut keystile_store::Connection,
    id: &EnvironmentId,
) -> Result<Gateway, RegistryError> {
    let environment = EnvironmentRow::find(connection, id)
        .await?
        .ok_or(RegistryError::NotFound("environment"))?;
    let row = GatewayRow::find(connection, id).await?;
    Ok(Gateway { environment, row })
}
