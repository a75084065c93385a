//! The gateways that run in this program, by environment. Commands start and stop them; the window is told whenever that
//! changes, also when one ended by itself. What a gateway does is the gateway crate's, what is stored the registry's.

use std::collections::HashMap;
use std::sync::Arc;

use keystile_gateway_control::{self as control, StartError, StartOptions, StopReason, start};
use keystile_keys::EnvironmentId;
use keystile_registry::Gateway as Stored;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::error::Failure;
use crate::live_list::{self, DecisionFeed};
use crate::shell::Shell;
use crate::view::{Change, Gateway, GatewayOffer, PortConflict, RunningGateway};

/// One a program.
#[derive(Default)]
pub(crate) struct Gateways {
    running: Mutex<HashMap<EnvironmentId, Arc<control::RunningGateway>>>,
    /// One is started or stopped at a time: between its last request and the word that it stopped it still has its port.
    switching: Mutex<()>,
}

impl Gateways {
    /// The gateway of this environment, if it runs here.
    pub(crate) async fn of(
        &self,
        environment: &EnvironmentId,
    ) -> Option<Arc<control::RunningGateway>> {
        self.running.lock().await.get(environment).map(Arc::clone)
    }

    /// Those that run, in the order of their addresses.
    pub(crate) async fn running(&self) -> Vec<RunningGateway> {
        let running = self.running.lock().await;
        let mut shown: Vec<_> = running.values().map(RunningGateway::from).collect();
        shown.sort_unstable_by(|one, other| one.address.cmp(&other.address));
        shown
    }

    /// What the window shows of a gateway as it is stored.
    pub(crate) async fn view(&self, stored: Stored) -> Gateway {
        let running = self.of(&stored.environment.id).await;
        Gateway::of(
            stored,
            running.and_then(|running| running.address().tcp()),
            None,
        )
    }

    /// Those that ran when the program ended, and do not run now.
    pub(crate) async fn offers(&self, stored: Vec<Stored>) -> Vec<GatewayOffer> {
        let running = self.running.lock().await;
        stored
            .into_iter()
            .filter(|stored| stored.row.autostart && !running.contains_key(&stored.environment.id))
            .filter_map(GatewayOffer::of)
            .collect()
    }

    /// Lets all of them, at once, finish what they have begun.
    pub(crate) async fn stop_all(&self) {
        let running = std::mem::take(&mut *self.running.lock().await);
        let mut stopping = JoinSet::new();
        for gateway in running.into_values() {
            stopping.spawn(async move { gateway.stop().await });
        }
        stopping.join_all().await;
    }
}

/// Starts an environment's gateway; one that runs is left as it is. A port that is taken is an answer.
pub(crate) async fn start_gateway<R: Runtime>(
    app: &AppHandle<R>,
    environment: &EnvironmentId,
    port: Option<u16>,
) -> Result<Gateway, Failure> {
    let shell = app.state::<Shell>();
    let registry = shell.registry(app).await?;
    let verifier = shell.verifier(app).await?;
    let gateways = app.state::<Gateways>();
    let switching = gateways.switching.lock().await;
    if gateways.of(environment).await.is_none() {
        let wish = StartOptions {
            port,
            restorable: true,
            ..StartOptions::default()
        };
        let gateway = match start(&registry, &verifier, environment, wish).await {
            Err(StartError::PortInUse {
                port,
                owner,
                suggestion,
            }) => {
                let stored = registry.show_gateway(environment).await?;
                let conflict = PortConflict {
                    port,
                    holder: owner,
                    suggestion,
                };
                return Ok(Gateway::of(stored, None, Some(conflict)));
            }
            started => Arc::new(started?),
        };
        let known = Arc::clone(&gateway);
        gateways.running.lock().await.insert(*environment, known);
        tauri::async_runtime::spawn(live_list::follow(app.clone(), Arc::clone(&gateway)));
        tauri::async_runtime::spawn(forget_when_ended(app.clone(), gateway));
    }
    drop(switching);
    tell(app).await;
    let stored = registry.show_gateway(environment).await?;
    Ok(gateways.view(stored).await)
}

/// Stops it and offers it no more.
pub(crate) async fn stop_gateway<R: Runtime>(
    app: &AppHandle<R>,
    environment: &EnvironmentId,
) -> Result<Gateway, Failure> {
    let shell = app.state::<Shell>();
    let registry = shell.registry(app).await?;
    let gateways = app.state::<Gateways>();
    let _switching = gateways.switching.lock().await;
    // Stored first: a program that ends meanwhile does not offer it again.
    let stored = registry.mark_gateway_stopped(environment).await?;
    // Out of the list: nobody is to see one that takes no requests any more.
    let gateway = gateways.running.lock().await.remove(environment);
    if let Some(gateway) = gateway {
        gateway.stop().await;
        tell(app).await;
    }
    Ok(gateways.view(stored).await)
}

/// One that ends by itself, most often because its environment was deleted.
async fn forget_when_ended<R: Runtime>(app: AppHandle<R>, gateway: Arc<control::RunningGateway>) {
    gateway.stopped().await;
    let gateways = app.state::<Gateways>();
    let id = gateway.environment().id;
    let mut running = gateways.running.lock().await;
    if !running
        .get(&id)
        .is_some_and(|known| Arc::ptr_eq(known, &gateway))
    {
        return; // stopped, or started anew
    }
    running.remove(&id);
    drop(running);
    if gateway.stop_reason() == Some(StopReason::EnvironmentDeleted) {
        app.state::<DecisionFeed>().forget(&id);
    }
    tell(&app).await;
}

async fn tell<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let running = app.state::<Gateways>().running().await;
    shell.tell(Change::Gateways { running });
}
