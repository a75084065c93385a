//! Starts an environment's gateway with its stored configuration: port, rules, and endpoint or sample API. A gateway
//! never changes its port by itself: a port in use is an error that names its owner.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use keystile_gateway::{Endpoint, Gateway, Settings};
use keystile_keys::EnvironmentId;
use keystile_listener::{ListenAddress, ListenOptions, TlsFiles};
use keystile_log::AccessLog;
use keystile_registry::{Gateway as Stored, GatewayProcess, MAX_PORTS, Registry};
use keystile_verifier::Verifier;

use crate::port_owner::port_owner;
use crate::run_overrides::RunOverrides;
use crate::running_gateway::RunningGateway;
use crate::start_error::StartError;

/// The first port to try for a new gateway.
const FIRST_PORT: u16 = 7420;
/// How many ports the system may choose until one is not stored for another gateway.
const MAX_CHOSEN_PORTS: usize = 10;

/// The options of starting a gateway.
#[derive(Debug, Clone, Default)]
pub struct StartOptions {
    /// The new stored port, 0 for one that the system chooses; `None`: the stored port, or a free one.
    pub port: Option<u16>,
    /// The IP address for this run; `None`: 127.0.0.1.
    pub ip: Option<IpAddr>,
    /// Whether other machines may be able to reach `ip`.
    pub allow_remote: bool,
    /// A Unix socket for this run instead of a port. The stored port does not change.
    pub socket: Option<PathBuf>,
    /// TLS for this run.
    pub tls: Option<TlsFiles>,
    /// Whether the program offers to start the gateway again after a restart.
    pub restorable: bool,
    /// The endpoint for this run, instead of the stored one.
    pub endpoint: Option<Endpoint>,
    /// Whether the upstream gets the client's `Host` in this run, instead of the stored setting.
    pub preserve_host: Option<bool>,
    /// The access log of this run.
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

/// Starts a gateway that follows its stored configuration.
///
/// # Errors
/// See [`StartError`].
pub async fn start(
    registry: &Arc<Registry>,
    verifier: &Verifier,
    environment: &EnvironmentId,
    options: StartOptions,
) -> Result<RunningGateway, StartError> {
    // Read before the configuration, so that a commit between the two causes a reload.
    let commit = registry
        .store()
        .last_commit()
        .map_err(keystile_registry::RegistryError::from)?;
    let stored = registry.show_gateway(environment).await?;
    let overrides = RunOverrides::new(options.endpoint.clone(), options.preserve_host);
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
    let gateways = registry.list_gateways().await?;
    let is_stored = |port: u16| gateways.iter().any(|other| other.row.port == Some(port));
    let bind_chosen = async || {
        let mut gateway = bind(options.tcp(0)).await?;
        for _ in 1..MAX_CHOSEN_PORTS {
            let address = gateway.address().tcp();
            if !address.is_some_and(|address| is_stored(address.port())) {
                break;
            }
            gateway = bind(options.tcp(0)).await?;
        }
        Ok::<_, keystile_gateway::Error>(gateway)
    };
    let gateway = match (&options.socket, options.port.or(stored.row.port)) {
        (Some(path), _) => bind(ListenAddress::Unix(path.clone())).await?,
        (None, Some(0)) => bind_chosen().await?,
        (None, Some(port)) => {
            registry.check_gateway_port(environment, port).await?;
            match bind(options.tcp(port)).await {
                Err(error) if error.is_address_in_use() => {
                    return Err(port_in_use(registry, &stored, port).await?);
                }
                bound => bound?,
            }
        }
        (None, None) => {
            let mut bound = None;
            for port in (FIRST_PORT..FIRST_PORT + MAX_PORTS).filter(|port| !is_stored(*port)) {
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
                // All of them are in use.
                None => bind_chosen().await?,
            }
        }
    };
    gateway
        .handle()
        .set_stored_routing(routing, commit.as_u64());
    let address = gateway.address().tcp();
    let lock = registry
        .lock_gateway(environment, address)
        // Without the lock, other processes only know the name of this program.
        .inspect_err(|error| tracing::warn!(%error, "locking the gateway failed"))
        .ok();
    if let Some(address) = address {
        registry
            .mark_gateway_started(environment, address.port(), options.restorable)
            .await?;
    }
    Ok(RunningGateway::begin(
        Arc::clone(registry),
        gateway,
        stored.environment,
        overrides,
        lock,
    ))
}

/// Returns the error for a port in use, with its owner and a free port.
async fn port_in_use(
    registry: &Registry,
    stored: &Stored,
    port: u16,
) -> Result<StartError, StartError> {
    let owner = match registry.gateway_on_port(port).await? {
        Some(GatewayProcess {
            environment, pid, ..
        }) if environment.id == stored.environment.id => {
            return Ok(StartError::AlreadyRunning { port, pid });
        }
        Some(other) => Some(other.to_string()),
        None => port_owner(port).await,
    };
    Ok(StartError::PortInUse {
        port,
        owner,
        suggestion: registry.free_port_after(port).await?,
    })
}
