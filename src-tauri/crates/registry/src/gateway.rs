//! Gateways: their stored configuration and their upstream.

use keystile_keys::EnvironmentId;
use keystile_policy::RouteRules;
use keystile_store::{Action, Connection, EnvironmentRow, GatewayRow, Write};

use crate::audit::environment_entry;
use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::input::{GatewayInput, RouteRuleInput, route_rules};
use crate::registry::Registry;

/// The stored gateway of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// The environment.
    pub environment: EnvironmentRow,
    /// The configuration.
    pub row: GatewayRow,
}

/// What a gateway forwards requests to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpstreamKind<'a> {
    /// The environment's endpoint.
    Endpoint(&'a str),
    /// The built-in sample API.
    Sample,
    /// Nothing. The gateway cannot be started.
    Nothing,
}

impl Gateway {
    /// Returns the upstream. An endpoint takes precedence over the sample API.
    pub fn upstream_kind(&self) -> UpstreamKind<'_> {
        match &self.environment.endpoint {
            Some(endpoint) => UpstreamKind::Endpoint(endpoint),
            None if self.row.sample_upstream => UpstreamKind::Sample,
            None => UpstreamKind::Nothing,
        }
    }

    /// Returns the URL for clients: the gateway's if it has a port, otherwise the endpoint.
    ///
    /// # Errors
    /// `NoEndpoint`.
    pub fn address(&self) -> Result<String, RegistryError> {
        match (self.row.port, &self.environment.endpoint) {
            (Some(port), _) => Ok(format!("http://127.0.0.1:{port}/")),
            (None, Some(endpoint)) => Ok(format!("{endpoint}/")),
            (None, None) => Err(RegistryError::NoEndpoint),
        }
    }

    /// Returns the route rules.
    pub fn rules(&self) -> &RouteRules {
        &self.row.rules
    }
}

/// Returns the gateway of an environment. One that was never edited has default values.
///
/// # Errors
/// `NotFound` or a `Store` error.
pub(crate) async fn require_gateway(
    connection: &mut Connection<'_>,
    id: &EnvironmentId,
) -> Result<Gateway, RegistryError> {
    let environment = require_environment(connection, id).await?;
    let row = GatewayRow::find(connection, id).await?;
    Ok(Gateway { environment, row })
}

impl Registry {
    /// Returns the gateway of an environment. One that was never edited has default values.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn show_gateway(&self, id: &EnvironmentId) -> Result<Gateway, RegistryError> {
        let mut connection = self.store.read().await?;
        require_gateway(&mut connection, id).await
    }

    /// Returns the gateways that have a port, lowest port first.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn list_gateways(&self) -> Result<Vec<Gateway>, RegistryError> {
        let mut connection = self.store.read().await?;
        let mut gateways = Vec::new();
        for row in GatewayRow::with_port(&mut connection).await? {
            let environment = EnvironmentRow::find(&mut connection, &row.environment_id).await?;
            if let Some(environment) = environment {
                gateways.push(Gateway { environment, row });
            }
        }
        Ok(gateways)
    }

    /// Changes the configuration of a gateway and returns it and whether it changed. The caller commits.
    ///
    /// # Errors
    /// `NotFound`, `InvalidRouteRule`, `DuplicateRouteRule`, `RouteRulesChanged`, or a `Store` error.
    pub(crate) async fn change_gateway(
        &self,
        write: &mut Write<'_>,
        id: &EnvironmentId,
        input: &GatewayInput,
    ) -> Result<(Gateway, bool), RegistryError> {
        let rules = input.rules.as_deref().map(route_rules).transpose()?;
        let mut gateway = require_gateway(write.connection(), id).await?;
        let before = gateway.row.clone();
        let row = &mut gateway.row;
        if let Some(known) = &input.known_rules
            && !row
                .rules
                .as_slice()
                .iter()
                .map(RouteRuleInput::from)
                .eq(known.iter().cloned())
        {
            return Err(RegistryError::RouteRulesChanged);
        }
        row.preserve_host = input.preserve_host.unwrap_or(row.preserve_host);
        row.allow_preflight = input.allow_preflight.unwrap_or(row.allow_preflight);
        row.sunset_header = input.sunset_header.unwrap_or(row.sunset_header);
        row.sample_upstream = input.sample_upstream.unwrap_or(row.sample_upstream);
        if let Some(rules) = rules {
            row.rules = rules;
        }
        if gateway.row == before {
            return Ok((gateway, false));
        }
        write.set_gateway(&gateway.row).await?;
        let entry = environment_entry(&gateway.environment, Action::GatewayEdited)
            .with("preserve_host", gateway.row.preserve_host)
            .with("allow_preflight", gateway.row.allow_preflight)
            .with("sunset_header", gateway.row.sunset_header)
            .with("sample_upstream", gateway.row.sample_upstream)
            .with("rules", gateway.row.rules.to_string());
        write.record(self.now(), entry).await?;
        Ok((gateway, true))
    }
}
