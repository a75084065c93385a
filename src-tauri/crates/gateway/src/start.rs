//! Start an environment's gateway as it is stored: on its port, with its rules, in front of its endpoint or the sample API.
//! Window and terminal call it. A port that is taken is an answer, not an accident; the gateway never moves by itself.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use keystile_keys::EnvironmentId;
use keystile_registry::{Gateway as Stored, Registry, RegistryError};
use keystile_verifier::Verifier;

use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::port_holder::port_holder;
use crate::running::Running;
use crate::settings::Settings;
use crate::surroundings::Surroundings;

/// Where ports are looked for when a gateway starts for the first time.
const FIRST_PORT: u16 = 7420;
/// How many are tried.
const MOST_PORTS: u16 = 200;

/// How a gateway is to be started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StartWish {
    /// The port from now on, 0 for whichever the system has; `None`: the one it has, or a free one.
    pub port: Option<u16>,
    /// Whether it is offered again when the program ends before it was stopped.
    pub is_offered: bool,
    /// The API of this run, whatever is stored.
    pub endpoint: Option<Endpoint>,
    /// Whether the API of this run sees its own Host, whatever is stored.
    pub own_host: bool,
}

/// Why a gateway was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The registry, most often because the environment is gone.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The gateway itself.
    #[error(transparent)]
    Gateway(#[from] Error),
    /// There is nothing to pass requests to.
    #[error("{environment} has no endpoint.")]
    EndpointMissing {
        /// The environment's name.
        environment: String,
    },
    /// Its port is used by another program.
    #[error("Port {port} is used by {}.", holder.as_deref().unwrap_or("another program"))]
    PortTaken {
        /// The port.
        port: u16,
        /// The program, such as `node (pid 812)`, where the system tells.
        holder: Option<String>,
        /// A port that was free a moment ago.
        suggestion: Option<u16>,
    },
}

impl StartError {
    /// The stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Registry(error) => error.code(),
            Self::Gateway(error) => error.code(),
            Self::EndpointMissing { .. } => "endpoint_missing",
            Self::PortTaken { .. } => "port_taken",
        }
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::Registry(error) => error.advice(),
            Self::Gateway(error) => error.advice(),
            Self::EndpointMissing { .. } => "Enter an endpoint, or use the sample API.".to_owned(),
            Self::PortTaken {
                suggestion: Some(port),
                ..
            } => format!("Use {port} from now on, or end that program."),
            Self::PortTaken { .. } => "End that program, or choose another port.".to_owned(),
        }
    }
}

/// Starts it. What it does follows what is stored from then on, whichever process changes that.
///
/// # Errors
/// See [`StartError`]. Nothing listens then.
pub async fn start(
    registry: &Arc<Registry>,
    verifier: &Verifier,
    environment: &EnvironmentId,
    wish: StartWish,
) -> Result<Running, StartError> {
    let stored = registry.show_gateway(environment).await?;
    let surroundings = Surroundings::new(wish.endpoint, wish.own_host);
    let routing = surroundings.routing(&stored).await?;
    let settings = |port| {
        let mut settings = Settings::new(loopback(port), *environment, routing.upstream.clone());
        settings.routing = routing.clone();
        settings
    };
    let gateway = match wish.port.or(stored.row.port) {
        Some(port) => match Gateway::bind(verifier.clone(), settings(port)).await {
            Err(error) if is_taken(&error) => return Err(taken(registry, &stored, port).await?),
            bound => bound?,
        },
        None => first_free(registry, verifier, &stored, settings).await?,
    };
    let port = gateway.address().port();
    registry
        .gateway_started(environment, port, wish.is_offered)
        .await?;
    Ok(Running::begin(
        Arc::clone(registry),
        gateway,
        stored.environment,
        surroundings,
    ))
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

fn is_taken(error: &Error) -> bool {
    matches!(error, Error::Listen { cause, .. } if cause.kind() == std::io::ErrorKind::AddrInUse)
}

/// The ports that other gateways keep, also while they do not run.
async fn kept_by_others(registry: &Registry, stored: &Stored) -> Result<Vec<u16>, StartError> {
    let others = registry.list_gateways().await?;
    Ok(others
        .iter()
        .filter(|other| other.environment.id != stored.environment.id)
        .filter_map(|other| other.row.port)
        .collect())
}

async fn first_free(
    registry: &Registry,
    verifier: &Verifier,
    stored: &Stored,
    settings: impl Fn(u16) -> Settings,
) -> Result<Gateway, StartError> {
    let kept = kept_by_others(registry, stored).await?;
    for port in FIRST_PORT..FIRST_PORT + MOST_PORTS {
        if kept.contains(&port) {
            continue;
        }
        match Gateway::bind(verifier.clone(), settings(port)).await {
            Err(error) if is_taken(&error) => {}
            bound => return Ok(bound?),
        }
    }
    // All of them: then whichever the system has.
    Ok(Gateway::bind(verifier.clone(), settings(0)).await?)
}

async fn taken(registry: &Registry, stored: &Stored, port: u16) -> Result<StartError, StartError> {
    let kept = kept_by_others(registry, stored).await?;
    let is_free = |candidate: &u16| {
        !kept.contains(candidate) && std::net::TcpListener::bind(loopback(*candidate)).is_ok()
    };
    Ok(StartError::PortTaken {
        port,
        holder: port_holder(port).await,
        suggestion: (port..=port.saturating_add(MOST_PORTS))
            .skip(1)
            .find(is_free),
    })
}
