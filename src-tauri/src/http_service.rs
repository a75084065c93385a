//! The HTTP service that runs in this process, on loopback, with the window's verifier. It is what `keystile serve` runs.
//! The window receives an event whenever the service starts or stops, or checks keys of another environment.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use keystile_gateway_control::port_owner;
use keystile_keys::EnvironmentId;
use keystile_listener::ListenError;
use keystile_registry::{HttpServiceSettings, Registry, RegistryError};
use keystile_service::{Activity, Error, Server, Settings};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

use crate::error::CommandError;
use crate::shell::Shell;
use crate::view::{self, AppEvent, PortConflict};

/// How often the window learns about new checks.
const UPDATE_INTERVAL: Duration = Duration::from_secs(2);

/// The HTTP service of this process.
#[derive(Default)]
pub(crate) struct HttpServer {
    running: Mutex<Option<Running>>,
    /// Serializes starts and stops, because a stopping service keeps its port until its last request ends.
    switching: Mutex<()>,
}

struct Running {
    address: SocketAddr,
    activity: Activity,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    /// Informs the window about checks.
    updates: JoinHandle<()>,
}

impl HttpServer {
    /// Returns the address; `None` while the service does not run.
    pub(crate) async fn address(&self) -> Option<SocketAddr> {
        self.running.lock().await.as_ref().map(|it| it.address)
    }

    /// Returns the address at which the service runs, or will run after its start.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn next_address(
        &self,
        registry: &Registry,
    ) -> Result<SocketAddr, RegistryError> {
        match self.address().await {
            Some(address) => Ok(address),
            None => Ok(loopback(registry.http_service().await?.port)),
        }
    }

    /// Converts the state for the window.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn view(
        &self,
        registry: &Registry,
    ) -> Result<view::HttpServiceState, RegistryError> {
        let stored = registry.http_service().await?;
        Ok(view_of(self.running.lock().await.as_ref(), stored))
    }

    /// Returns the address if the service checked a key within this time.
    pub(crate) async fn serving(&self, within: Duration) -> Option<SocketAddr> {
        let running = self.running.lock().await;
        let running = running.as_ref()?;
        let is_recent = |last: &Instant| last.elapsed() <= within;
        let is_serving = running.activity.last_checks().values().any(is_recent);
        is_serving.then_some(running.address)
    }

    /// Returns the environment whose keys the service checked last; `None` if it checked none, or does not run.
    pub(crate) async fn last_environment(&self) -> Option<EnvironmentId> {
        let running = self.running.lock().await;
        let checks = running.as_ref()?.activity.last_checks();
        let last = checks.into_iter().max_by_key(|(_, time)| *time);
        last.map(|(environment, _)| environment)
    }

    /// Stops the service after its current requests.
    pub(crate) async fn stop(&self) {
        let Some(running) = self.running.lock().await.take() else {
            return;
        };
        running.updates.abort();
        // The server may have ended.
        let _sent = running.stop.send(());
        if let Err(error) = running.server.await {
            tracing::warn!(%error, "the HTTP service stopped unexpectedly");
        }
    }
}

/// Starts the service on the stored port, or on `port`, which is stored. A running one is left unchanged. If the port is
/// taken, the result has a conflict.
///
/// # Errors
/// If the service cannot be started for another reason.
pub(crate) async fn start<R: Runtime>(
    app: &AppHandle<R>,
    port: Option<u16>,
) -> Result<view::HttpServiceState, CommandError> {
    let shell = app.state::<Shell>();
    let registry = shell.registry(app).await?;
    let service = app.state::<HttpServer>();
    let _switching = service.switching.lock().await;
    let stored = registry.http_service().await?;
    if service.address().await.is_some() {
        return Ok(service.view(&registry).await?);
    }
    let port = port.unwrap_or(stored.port);
    let activity = Activity::default();
    let mut settings = Settings::new(loopback(port));
    settings.activity = Some(activity.clone());
    let server = match Server::bind(shell.verifier(app).await?, settings).await {
        Err(Error::Listen(ListenError::Bind { cause, .. }))
            if cause.kind() == std::io::ErrorKind::AddrInUse =>
        {
            let conflict = port_conflict(&registry, port).await?;
            return Ok(view::HttpServiceState {
                conflict: Some(conflict),
                ..view_of(None, stored)
            });
        }
        server => server?,
    };
    let address = server.address().tcp().unwrap_or(loopback(port));
    registry.mark_http_service_started(address.port()).await?;
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(server.run(async {
        // Also resolves when the sender is dropped.
        let _stopped = stopped.await;
    }));
    let updates = tokio::spawn(follow(app.clone(), activity.clone()));
    *service.running.lock().await = Some(Running {
        address,
        activity,
        stop,
        server,
        updates,
    });
    app.state::<Shell>().running_changed.notify_one();
    emit(app, &registry).await
}

/// Stops the service. It is no longer restorable.
///
/// # Errors
/// If the database fails.
pub(crate) async fn stop<R: Runtime>(
    app: &AppHandle<R>,
) -> Result<view::HttpServiceState, CommandError> {
    let registry = app.state::<Shell>().registry(app).await?;
    let service = app.state::<HttpServer>();
    let _switching = service.switching.lock().await;
    // Stored first, so that it is not restorable if the program ends meanwhile.
    registry.mark_http_service_stopped().await?;
    service.stop().await;
    app.state::<Shell>().running_changed.notify_one();
    emit(app, &registry).await
}

/// Returns what uses the port, and a free one.
async fn port_conflict(registry: &Registry, port: u16) -> Result<PortConflict, RegistryError> {
    let owner = match registry.gateway_on_port(port).await? {
        Some(gateway) => Some(gateway.to_string()),
        None => port_owner(port).await,
    };
    Ok(PortConflict {
        port,
        owner,
        suggestion: registry.free_port_after(port).await?,
    })
}

/// Informs the window when keys of another environment are checked, until the service stops.
async fn follow<R: Runtime>(app: AppHandle<R>, activity: Activity) {
    let mut known = 0;
    let mut ticks = tokio::time::interval(UPDATE_INTERVAL);
    loop {
        ticks.tick().await;
        let count = activity.last_checks().len();
        if count == known {
            continue;
        }
        known = count;
        if let Some(registry) = app.state::<Shell>().open_registry()
            && let Err(error) = emit(&app, &registry).await
        {
            tracing::warn!(code = error.code, "reading the HTTP service's state failed");
        }
    }
}

/// Sends the state to the window and returns it.
async fn emit<R: Runtime>(
    app: &AppHandle<R>,
    registry: &Registry,
) -> Result<view::HttpServiceState, CommandError> {
    let state = app.state::<HttpServer>().view(registry).await?;
    app.state::<Shell>().emit(AppEvent::HttpService {
        state: state.clone(),
    });
    Ok(state)
}

fn view_of(running: Option<&Running>, stored: HttpServiceSettings) -> view::HttpServiceState {
    let address = running.map_or(loopback(stored.port), |running| running.address);
    let checks = running.map(|running| running.activity.last_checks());
    let mut environment_ids: Vec<_> = checks
        .unwrap_or_default()
        .into_keys()
        .map(|id| id.to_string())
        .collect();
    environment_ids.sort_unstable();
    view::HttpServiceState {
        running: running.is_some(),
        restorable: stored.autostart && running.is_none(),
        address: address.to_string(),
        environment_ids,
        conflict: None,
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
