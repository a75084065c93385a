//! A running gateway that follows its stored configuration: a change by any process applies to the next request. While
//! the configuration cannot be read, every request is denied. The gateway stops when its environment is deleted or its
//! endpoint removed.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use keystile_gateway::{Decision, Error, Gateway, GatewayHandle, GatewayMetrics};
use keystile_keys::EnvironmentId;
use keystile_listener::ListenAddress;
use keystile_registry::{GatewayLock, Registry, RegistryError};
use keystile_store::EnvironmentRow;
use tokio::sync::{Mutex, broadcast, oneshot, watch};

use crate::run_overrides::RunOverrides;
use crate::start_error::StartError;
use crate::stop_reason::StopReason;

/// How often the change counter is read, which takes a third of a microsecond.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// A running gateway of this process.
pub struct RunningGateway {
    environment: EnvironmentRow,
    address: ListenAddress,
    is_tls: bool,
    warning: Option<String>,
    follower: Arc<ConfigFollower>,
    stop: watch::Sender<bool>,
    stopped: watch::Receiver<Option<StopReason>>,
}

/// Applies the stored configuration to a gateway.
struct ConfigFollower {
    registry: Arc<Registry>,
    environment: EnvironmentId,
    handle: GatewayHandle,
    overrides: RunOverrides,
    /// Serializes reloads, so that an older one does not undo a newer one.
    reloading: Mutex<()>,
}

impl ConfigFollower {
    /// Applies the stored configuration, or returns why the gateway must stop.
    async fn reload(&self) -> Result<Option<StopReason>, StartError> {
        let _reloading = self.reloading.lock().await;
        let applied = self.apply().await;
        if !matches!(applied, Ok(None)) {
            // Removed rules would stay in effect.
            self.handle.fail_closed();
        }
        applied
    }

    async fn apply(&self) -> Result<Option<StopReason>, StartError> {
        let store = self.registry.store();
        // Reading opens a database file that was replaced.
        if store.last_commit().is_err() {
            drop(store.read().await.map_err(RegistryError::from)?);
        }
        // Read before the configuration, so that a commit between the two causes another reload.
        let commit = store.current_commit().await.map_err(RegistryError::from)?;
        let stored = match self.registry.show_gateway(&self.environment).await {
            Err(RegistryError::NotFound(_)) => return Ok(Some(StopReason::EnvironmentDeleted)),
            stored => stored?,
        };
        match self.overrides.routing(&stored).await {
            Ok(routing) => {
                self.handle.set_stored_routing(routing, commit.as_u64());
                Ok(None)
            }
            Err(StartError::MissingEndpoint { .. }) => Ok(Some(StopReason::EndpointRemoved)),
            // To continue would keep the old rules and the old upstream.
            Err(StartError::Gateway(Error::InvalidEndpoint(_))) => {
                Ok(Some(StopReason::InvalidEndpoint))
            }
            Err(error) => Err(error),
        }
    }

    /// Reloads after every commit. Returns when the gateway must stop.
    async fn follow_changes(&self) -> StopReason {
        let mut seen = None;
        let mut warned = None;
        loop {
            let counter = self.registry.store().last_commit().ok();
            if counter != seen || counter.is_none() {
                match self.reload().await {
                    Ok(None) => seen = counter,
                    Ok(Some(reason)) => return reason,
                    Err(error) => {
                        // Retried at every poll, even if the counter is the same.
                        seen = None;
                        // Logged once.
                        if warned != Some(counter) {
                            tracing::warn!(%error, "reloading the gateway configuration failed");
                            warned = Some(counter);
                        }
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(POLL_INTERVAL) => {}
                () = self.handle.reload_requested() => seen = None,
            }
        }
    }
}

impl RunningGateway {
    pub(crate) fn begin(
        registry: Arc<Registry>,
        gateway: Gateway,
        environment: EnvironmentRow,
        overrides: RunOverrides,
        lock: Option<GatewayLock>,
    ) -> Self {
        let (stop, mut stop_requested) = watch::channel(false);
        let (stopped_sender, stopped) = watch::channel(None);
        let follower = Arc::new(ConfigFollower {
            registry,
            environment: environment.id,
            handle: gateway.handle(),
            overrides,
            reloading: Mutex::default(),
        });
        let address = gateway.address().clone();
        let (is_tls, warning) = (gateway.is_tls(), gateway.warning());
        let following = Arc::clone(&follower);
        tokio::spawn(async move {
            let mut reason = StopReason::Stopped;
            let (reason_sender, reason_receiver) = oneshot::channel();
            let shutdown = async {
                tokio::select! {
                    // Also resolves when the RunningGateway is dropped.
                    _ = stop_requested.wait_for(|stop| *stop) => {}
                    Ok(received) = reason_receiver => reason = received,
                }
            };
            // Continues while requests in flight finish, so that a commit does not fail them.
            let follow = async {
                let reason = following.follow_changes().await;
                // The gateway may be stopping already.
                let _sent = reason_sender.send(reason);
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = gateway.run(shutdown) => {}
                () = follow => {}
            }
            // Before the end is known, because the gateway may then be started again.
            drop(lock);
            // The receiver may have been dropped.
            let _sent = stopped_sender.send(Some(reason));
        });
        Self {
            environment,
            address,
            is_tls,
            warning,
            follower,
            stop,
            stopped,
        }
    }

    /// Returns the environment, as it was at the start.
    pub fn environment(&self) -> &EnvironmentRow {
        &self.environment
    }

    /// Returns the address, with the port that the system chose.
    pub fn address(&self) -> &ListenAddress {
        &self.address
    }

    /// Returns the URL for clients: `http://127.0.0.1:7420`, `https://…`, or `unix:/path`.
    pub fn url(&self) -> String {
        self.address.url(self.is_tls)
    }

    /// Returns a warning about the address, if there is one.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// Returns a function that reads the counters.
    pub fn metrics(&self) -> impl Fn() -> GatewayMetrics + Send + Sync + use<> {
        let handle = self.follower.handle.clone();
        move || handle.metrics()
    }

    /// Subscribes to decisions. A slow receiver loses the oldest.
    pub fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.follower.handle.decisions()
    }

    /// Applies the stored configuration without waiting for the next poll.
    ///
    /// # Errors
    /// See [`StartError`]. Every request is then denied until a reload succeeds.
    pub async fn reload(&self) -> Result<(), StartError> {
        self.follower.reload().await.map(|_| ())
    }

    /// Returns why the gateway stopped; `None` while it runs.
    pub fn stop_reason(&self) -> Option<StopReason> {
        *self.stopped.borrow()
    }

    /// Resolves when the gateway has stopped.
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stopped = self.stopped.clone();
        async move {
            // A dropped sender has stopped, too.
            let _stopped = stopped.wait_for(Option::is_some).await;
        }
    }

    /// Stops the gateway after requests in flight finish.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        self.stopped().await;
    }
}

impl std::fmt::Debug for RunningGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunningGateway")
            .field("environment", &self.environment.id)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
