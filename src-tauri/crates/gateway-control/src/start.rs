//! Starts an environment's gateway as it is stored: on its port, with its rules, in front of its endpoint or the sample API.
//! A gateway never moves to another port by itself: a port in use is an error that names its owner.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use keystile_gateway::{Endpoint, Gateway, Settings};
use keystile_keys::EnvironmentId;
use keystile_listener::{ListenAddress, ListenOptions, TlsFiles};
use keystile_log::AccessLog;
use keystile_registry::{Gateway as Stored, Registry};
use keystile_verifier::Verifier;

use crate::port_owner::port_owner;
use crate::run_overrides::RunOverrides;
use crate::running_gateway::RunningGateway;
use crate::start_error::StartError;

/// The first port that is tried when a gateway starts for the first time.
const FIRST_PORT: u16 = 7420;
/// How many ports are tried.
const MAX_PORTS: u16 = 200;

/// How to start a gateway.
#[derive(Debug, Clone, Default)]
pub struct StartOptions {
    /// The port from now on, 0 for one that the system chooses; `None`: the stored one, or a free one.
    pub port: Option<u16>,
    /// The IP address of this run; `None`: 127.0.0.1.
    pub ip: Option<IpAddr>,
    /// Whether `ip` may be one that other machines can reach.
    pub allow_remote: bool,
    /// A Unix socket for this run in place of a port. The stored port stays as it is.
    pub socket: Option<PathBuf>,
    /// TLS for this run.
    pub tls: Option<TlsFiles>,
    /// Whether the program offers to start it again after a restart.
    pub restorable: bool,
    /// The endpoint of this run, whatever is stored.
    pub endpoint: Option<Endpoint>,
    /// Whether the upstream of this run gets its own `Host`, whatever is stored.
    pub upstream_host: bool,
    /// Where requests of this run are logged.
    pub access_log: Option<AccessLog>,
}

impl StartOptions {
    fn listen(&self, address: ListenAddress) -> ListenOptions {
        ListenOptions {
            address,
            allow_remote: self.allow_remote,
            tls: self.tls.clone(),
        }
    }

    fn tcp(&self, port: u16) -> ListenAddress {
        let ip = self.ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        ListenAddress::Tcp(SocketAddr::new(ip, port))
    }
}

/// Starts a gateway. From then on it follows its stored configuration, whichever process changes that.
///
/// # Errors
/// See [`StartError`]. Nothing listens then.
pub async fn start(
    registry: &Arc<Registry>,
    verifier: &Verifier,
    environment: &EnvironmentId,
    options: StartOptions,
) -> Result<RunningGateway, StartError> {
    // Taken before the configuration is read: what is committed between the two is read again.
    let commit = registry
        .store()
        .last_commit()
        .map_err(keystile_registry::RegistryError::from)?;
    let stored = registry.show_gateway(environment).await?;
    let overrides = RunOverrides::new(options.endpoint.clone(), options.upstream_host);
    let routing = overrides.routing(&stored).await?;
    let settings = |address| {
        let mut settings = Settings::new(
            options.listen(address),
            *environment,
            routing.upstream.clone(),
        );
        settings.routing = routing.clone();
        settings.access_log = options.access_log.clone();
        settings
    };
    let bind = async |address| Gateway::bind(verifier.clone(), settings(address)).await;
    let gateway = match (&options.socket, options.port.or(stored.row.port)) {
        (Some(path), _) => bind(ListenAddress::Unix(path.clone())).await?,
        (None, Some(port)) => match bind(options.tcp(port)).await {
            Err(error) if error.is_address_in_use() => {
                return Err(port_taken(registry, &stored, port).await?);
            }
            bound => bound?,
        },
        (None, None) => {
            let reserved = ports_of_others(registry, &stored).await?;
            let mut bound = None;
            for port in (FIRST_PORT..FIRST_PORT + MAX_PORTS).filter(|port| !reserved.contains(port))
            {
                match bind(options.tcp(port)).await {
                    Err(error) if error.is_address_in_use() => {}
                    gateway => {
                        bound = Some(gateway?);
                        break;
                    }
                }
            }
            match bound {
                Some(gateway) => gateway,
                // All of them are in use: any port will do.
                None => bind(options.tcp(0)).await?,
            }
        }
    };
    gateway
        .handle()
        .set_stored_routing(routing, commit.as_u64());
    if let Some(address) = gateway.address().tcp() {
        registry
            .mark_gateway_started(environment, address.port(), options.restorable)
            .await?;
    }
    Ok(RunningGateway::begin(
        Arc::clone(registry),
        gateway,
        stored.environment,
        overrides,
    ))
}

/// The ports that are stored for other gateways, running or not.
async fn ports_of_others(registry: &Registry, stored: &Stored) -> Result<Vec<u16>, StartError> {
    let others = registry.list_gateways().await?;
    Ok(others
        .iter()
        .filter(|other| other.environment.id != stored.environment.id)
        .filter_map(|other| other.row.port)
        .collect())
}

async fn port_taken(
    registry: &Registry,
    stored: &Stored,
    port: u16,
) -> Result<StartError, StartError> {
    let reserved = ports_of_others(registry, stored).await?;
    let is_free = |candidate: &u16| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, *candidate));
        !reserved.contains(candidate) && std::net::TcpListener::bind(address).is_ok()
    };
    Ok(StartError::PortTaken {
        port,
        owner: port_owner(port).await,
        suggestion: (port..=port.saturating_add(MAX_PORTS))
            .skip(1)
            .find(is_free),
    })
}
