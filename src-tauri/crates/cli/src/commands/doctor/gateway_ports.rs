//! Checks the ports of gateways.

use std::net::{Ipv4Addr, SocketAddr};

use keystile_gateway_control::port_owner;
use keystile_registry::Registry;
use tokio::net::TcpListener;

use super::finding::{Finding, Status};
use crate::{hint, resolve};

/// Returns a finding for each gateway that has a port.
pub(super) async fn check(registry: &Registry) -> Vec<Finding> {
    let mut findings = Vec::new();
    for gateway in registry.list_gateways().await.unwrap_or_default() {
        if let Some(port) = gateway.row.port {
            let environment = resolve::reference_to(&gateway.environment);
            findings.push(check_port(&environment, port).await);
        }
    }
    findings
}

async fn check_port(environment: &str, port: u16) -> Finding {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    if TcpListener::bind(address).await.is_ok() {
        let message = format!("Port {port} is free for the gateway of {environment}.");
        return Finding::new("gateway", Status::Ok, message);
    }
    let message = match port_owner(port).await {
        Some(owner) if owner.starts_with("keystile") => {
            let message = format!("The gateway of {environment} is running on port {port}.");
            return Finding::new("gateway", Status::Ok, message);
        }
        Some(owner) => format!("Port {port} of the gateway of {environment} is in use by {owner}."),
        None => format!("Port {port} of the gateway of {environment} cannot be used."),
    };
    let edit = format!(
        "gateway edit --env {} --port PORT",
        hint::quoted(environment)
    );
    Finding::new("gateway", Status::Note, message)
        .advice(format!("Choose another port: {}", hint::command(&edit)))
}
