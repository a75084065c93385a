//! The ports that gateways keep: free, or held by whom.

use std::net::{Ipv4Addr, SocketAddr};

use keystile_gateway_control::port_owner;
use keystile_registry::Registry;
use tokio::net::TcpListener;

use super::finding::{Finding, Weight};
use crate::{hint, place};

/// A finding each port.
pub(super) async fn look(registry: &Registry) -> Vec<Finding> {
    let mut findings = Vec::new();
    for gateway in registry.list_gateways().await.unwrap_or_default() {
        if let Some(port) = gateway.row.port {
            let whose = place::reference_to(&gateway.environment);
            findings.push(port_of(&whose, port).await);
        }
    }
    findings
}

async fn port_of(whose: &str, port: u16) -> Finding {
    if TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .await
        .is_ok()
    {
        let free = format!("Port {port} is free for the gateway of {whose}.");
        return Finding::new("gateway", Weight::Good, free);
    }
    let holder = port_owner(port).await;
    let is_ours = holder
        .as_ref()
        .is_some_and(|holder| holder.starts_with("keystile"));
    let taken = match holder {
        Some(holder) => format!("Port {port} of the gateway of {whose} is used by {holder}."),
        None => format!(
            "Port {port} of the gateway of {whose} cannot be listened on; another program may use it."
        ),
    };
    if is_ours {
        return Finding::new("gateway", Weight::Good, taken);
    }
    Finding::new("gateway", Weight::Notable, taken).advice(format!(
        "Choose another one: {}",
        hint::command(&format!(
            "gateway edit --env {} --port PORT",
            hint::quoted(whose)
        ))
    ))
}
