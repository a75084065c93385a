//! Checks that the endpoints of environments accept connections. Sends no requests. Checks run in parallel, each with a
//! time limit, so that an unreachable API does not delay the others.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use keystile_gateway::Endpoint;
use keystile_registry::Registry;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;

use super::finding::{Finding, Status};
use crate::error::reason;
use crate::{hint, resolve};

/// Includes name resolution.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Stays below the usual limit of open files.
const MAX_CONNECTIONS: usize = 100;

/// Returns a finding for each environment that has an endpoint, in the order of the environments.
pub(super) async fn check(registry: &Registry) -> Vec<Finding> {
    let environments = resolve::environments(registry).await.unwrap_or_default();
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut checks = JoinSet::new();
    for (index, environment) in environments.iter().enumerate() {
        let Some(endpoint) = environment.endpoint.clone() else {
            continue;
        };
        let environment = resolve::reference_to(environment);
        let permits = Arc::clone(&permits);
        checks.spawn(async move {
            let _permit = permits.acquire().await;
            (index, check_endpoint(&environment, &endpoint).await)
        });
    }
    let mut findings = checks.join_all().await;
    findings.sort_by_key(|(index, _)| *index);
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// Connects to an endpoint.
pub(crate) async fn check_endpoint(environment: &str, endpoint: &str) -> Finding {
    let reason = match Endpoint::parse(endpoint) {
        Ok(parsed) => match tokio::time::timeout(CONNECT_TIMEOUT, connect(&parsed)).await {
            Ok(Ok(())) => {
                let message = format!("{endpoint} ({environment}) accepts connections.");
                return Finding::new("endpoint", Status::Ok, message);
            }
            Ok(Err(cause)) => connect_error(&cause),
            Err(_) => format!("no response within {} s", CONNECT_TIMEOUT.as_secs()),
        },
        Err(_) => "invalid endpoint URL".to_owned(),
    };
    let message = format!("Cannot connect to {endpoint} ({environment}): {reason}.");
    let edit = format!("env edit {} --endpoint URL", hint::quoted(environment));
    Finding::new("endpoint", Status::Note, message).advice(format!(
        "Start the API, or change its URL: {}",
        hint::command(&edit)
    ))
}

async fn connect(endpoint: &Endpoint) -> io::Result<()> {
    let addresses = resolve_name(endpoint.name().to_owned(), endpoint.port()).await?;
    TcpStream::connect(addresses.as_slice()).await.map(drop)
}

/// Resolves a name on a detached thread. A blocking task of the runtime would delay the end of the program.
async fn resolve_name(name: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    let (sender, addresses) = oneshot::channel();
    std::thread::Builder::new().spawn(move || {
        let addresses = (name.as_str(), port)
            .to_socket_addrs()
            .map(Iterator::collect)
            .map_err(|_| io::Error::other("unknown host"));
        let _timed_out = sender.send(addresses);
    })?;
    addresses.await.map_err(io::Error::other)?
}

fn connect_error(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        _ => reason(cause),
    }
}
