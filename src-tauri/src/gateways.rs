//! The gateways that run in this process, by environment. The window receives an event whenever one starts or stops.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use keystile_gateway_control::{self as control, StartError, StartOptions, start};
use keystile_keys::EnvironmentId;
use keystile_registry::{Gateway as Stored, Registry};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::error::CommandError;
use crate::notification;
use crate::shell::Shell;
use crate::view::{
    AppEvent, Gateway, PortConflict, RestorableGateway, RunningGateway, ServingGateway,
};

/// The running gateways.
#[derive(Default)]
pub(crate) struct Gateways {
    running: Mutex<HashMap<EnvironmentId, Arc<control::RunningGateway>>>,
    /// When each gateway was last in use, as far as [`Gateways::note_requests`] has seen.
    activity: std::sync::Mutex<HashMap<EnvironmentId, Activity>>,
    /// Serializes starts and stops, because a stopping gateway keeps its port until its last request ends.
    switching: Mutex<()>,
}

/// The requests that a gateway has handled.
#[derive(Clone, Copy, Default)]
struct Activity {
    count: u64,
    last_at: Option<Instant>,
}

impl Gateways {
    /// Returns the environment's gateway if it runs in this process.
    pub(crate) async fn get(
        &self,
        environment: &EnvironmentId,
    ) -> Option<Arc<control::RunningGateway>> {
        self.running.lock().await.get(environment).map(Arc::clone)
    }

    /// Returns the running gateways, sorted by address.
    pub(crate) async fn list(&self) -> Vec<Arc<control::RunningGateway>> {
        let running = self.running.lock().await;
        let mut list: Vec<_> = running.values().map(Arc::clone).collect();
        list.sort_by_cached_key(|gateway| gateway.address().to_string());
        list
    }

    /// Returns the running gateways for the window, sorted by address.
    pub(crate) async fn running(&self) -> Vec<RunningGateway> {
        self.list().await.iter().map(RunningGateway::from).collect()
    }

    /// Converts a stored gateway for the window.
    pub(crate) async fn view(&self, stored: Stored) -> Gateway {
        let running = self.get(&stored.environment.id).await;
        Gateway::new(
            stored,
            running.and_then(|running| running.address().tcp()),
            None,
        )
    }

    /// Returns the gateways that ran when the program last ended and do not run now.
    pub(crate) async fn restorable(&self, stored: Vec<Stored>) -> Vec<RestorableGateway> {
        let running = self.running.lock().await;
        stored
            .into_iter()
            .filter(|stored| stored.row.autostart && !running.contains_key(&stored.environment.id))
            .filter_map(RestorableGateway::new)
            .collect()
    }

    /// Notes which gateways handled requests since the last call.
    pub(crate) async fn note_requests(&self) {
        let running = self.running.lock().await;
        let mut activity = self.activity.lock().unwrap_or_else(PoisonError::into_inner);
        activity.retain(|id, _| running.contains_key(id));
        for (id, gateway) in &*running {
            let known = activity.entry(*id).or_default();
            let count = gateway.metrics()().requests();
            if count > known.count {
                known.last_at = Some(Instant::now());
            }
            known.count = count;
        }
    }

    /// Returns the running gateways that handled a request within a time, sorted by address.
    pub(crate) async fn serving(
        &self,
        registry: &Registry,
        within: Duration,
    ) -> Vec<ServingGateway> {
        self.note_requests().await;
        let mut serving = Vec::new();
        for gateway in self.active_within(within).await {
            // Renamed since it was started, or unreadable now.
            let stored = registry.show_gateway(&gateway.environment().id).await;
            let environment = stored.map_or_else(
                |_| gateway.environment().clone(),
                |stored| stored.environment,
            );
            serving.push(ServingGateway {
                project_name: environment.project_name,
                environment_name: environment.name,
                address: gateway.address().to_string(),
            });
        }
        serving.sort_unstable_by(|one, other| one.address.cmp(&other.address));
        serving
    }

    async fn active_within(&self, time: Duration) -> Vec<Arc<control::RunningGateway>> {
        let running = self.running.lock().await;
        let activity = self.activity.lock().unwrap_or_else(PoisonError::into_inner);
        let is_active = |id: &EnvironmentId| {
            let last_at = activity.get(id).and_then(|activity| activity.last_at);
            last_at.is_some_and(|at| at.elapsed() <= time)
        };
        running
            .iter()
            .filter(|(id, _)| is_active(id))
            .map(|(_, gateway)| Arc::clone(gateway))
            .collect()
    }

    /// Returns the URL of a stored gateway; `None` if it never ran.
    pub(crate) async fn url(&self, stored: &Stored) -> Option<String> {
        match self.get(&stored.environment.id).await {
            Some(running) => Some(running.url()),
            None => stored
                .row
                .port
                .map(|port| format!("http://127.0.0.1:{port}")),
        }
    }

    /// Stops all gateways concurrently after their current requests.
    pub(crate) async fn stop_all(&self) {
        let running = std::mem::take(&mut *self.running.lock().await);
        let mut stopping = JoinSet::new();
        for gateway in running.into_values() {
            stopping.spawn(async move { gateway.stop().await });
        }
        stopping.join_all().await;
    }
}

/// Starts an environment's gateway. A running one is left unchanged. If the port is taken, the result has a conflict.
///
/// # Errors
/// If the gateway cannot be started for another reason.
pub(crate) async fn start_gateway<R: Runtime>(
    app: &AppHandle<R>,
    environment: &EnvironmentId,
    port: Option<u16>,
) -> Result<Gateway, CommandError> {
    let shell = app.state::<Shell>();
    let registry = shell.registry(app).await?;
    let verifier = shell.verifier(app).await?;
    let gateways = app.state::<Gateways>();
    let switching = gateways.switching.lock().await;
    if gateways.get(environment).await.is_none() {
        let options = StartOptions {
            port,
            restorable: true,
            ..StartOptions::default()
        };
        let gateway = match start(&registry, &verifier, environment, options).await {
            Err(StartError::PortInUse {
                port,
                owner,
                suggestion,
            }) => {
                let stored = registry.show_gateway(environment).await?;
                let conflict = PortConflict {
                    port,
                    owner,
                    suggestion,
                };
                return Ok(Gateway::new(stored, None, Some(conflict)));
            }
            started => Arc::new(started?),
        };
        let mut running = gateways.running.lock().await;
        running.insert(*environment, Arc::clone(&gateway));
        drop(running);
        tauri::async_runtime::spawn(remove_when_stopped(app.clone(), gateway));
    }
    drop(switching);
    emit_running(app).await;
    let stored = registry.show_gateway(environment).await?;
    Ok(gateways.view(stored).await)
}

/// Stops an environment's gateway. It is no longer restorable.
///
/// # Errors
/// If the database fails.
pub(crate) async fn stop_gateway<R: Runtime>(
    app: &AppHandle<R>,
    environment: &EnvironmentId,
) -> Result<Gateway, CommandError> {
    let shell = app.state::<Shell>();
    let registry = shell.registry(app).await?;
    let gateways = app.state::<Gateways>();
    let _switching = gateways.switching.lock().await;
    // Stored first, so that it is not restorable if the program ends meanwhile.
    let stored = registry.mark_gateway_stopped(environment).await?;
    // Removed before it stops: it accepts no new requests.
    let gateway = gateways.running.lock().await.remove(environment);
    if let Some(gateway) = gateway {
        gateway.stop().await;
        emit_running(app).await;
    }
    Ok(gateways.view(stored).await)
}

/// Removes a gateway that stopped by itself, for example because its environment was deleted.
async fn remove_when_stopped<R: Runtime>(app: AppHandle<R>, gateway: Arc<control::RunningGateway>) {
    gateway.stopped().await;
    let gateways = app.state::<Gateways>();
    let id = gateway.environment().id;
    let mut running = gateways.running.lock().await;
    if !running
        .get(&id)
        .is_some_and(|current| Arc::ptr_eq(current, &gateway))
    {
        return; // stopped by a command, or restarted
    }
    running.remove(&id);
    drop(running);
    emit_running(&app).await;
    if let Some(reason) = gateway.stop_reason() {
        notification::gateway_stopped(&app, &gateway, reason).await;
    }
}

async fn emit_running<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let running = app.state::<Gateways>().running().await;
    shell.emit(AppEvent::Gateways { running });
    shell.running_changed.notify_one();
}
