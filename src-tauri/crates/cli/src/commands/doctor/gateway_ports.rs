//! Checks the ports of gateways.

use std::net::{Ipv4Addr, SocketAddr};

use keystile_gateway_control::port_owner;
use keystile_registry::{Gateway, Registry, RegistryError};
use tokio::net::TcpListener;

use super::finding::{Finding, Status};
use crate::{hint, resolve};

/// Returns a finding for each gateway that has a port.
pub(super) async fn check(registry: &Registry) -> Vec<Finding> {
    let mut findings = Vec::new();
    for gateway in registry.list_gateways().await.unwrap_or_default() {
        if let Some(port) = gateway.row.port {
            let checked = check_port(registry, &gateway, port).await;
            let failed = |error: RegistryError| Finding::from_error("gateway", Status::Bad, &error);
            findings.push(checked.unwrap_or_else(failed));
        }
    }
    findings
}

async fn check_port(
    registry: &Registry,
    gateway: &Gateway,
    port: u16,
) -> Result<Finding, RegistryError> {
    let environment = resolve::reference_to(&gateway.environment);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    if TcpListener::bind(address).await.is_ok() {
        let message = format!("Port {port} is free for the gateway of {environment}.");
        return Ok(Finding::new("gateway", Status::Ok, message));
    }
    let owner = match registry.gateway_on_port(port).await? {
        Some(running) if running.environment.id == gateway.environment.id => {
            let message = format!("The gateway of {environment} is running on port {port}.");
            return Ok(Finding::new("gateway", Status::Ok, message));
        }
        Some(other) => Some(other.to_string()),
        None => port_owner(port).await,
    };
    let message = match owner {
        Some(owner) => format!("Port {port} of the gateway of {environment} is in use by {owner}."),
        None => format!("Port {port} of the gateway of {environment} cannot be used."),
    };
    let free = registry.free_port_after(port).await?;
    let edit = format!(
        "gateway edit --env {} --port {}",
        hint::quoted(&environment),
        free.map_or_else(|| "PORT".to_owned(), |free| free.to_string())
    );
    let advice = format!("Choose another port: {}", hint::command(&edit));
    Ok(Finding::new("gateway", Status::Note, message).advice(advice))
}
