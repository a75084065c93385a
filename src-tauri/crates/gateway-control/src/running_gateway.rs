//! A gateway that runs and follows its stored configuration: a change by any process applies to the next request. While the
//! configuration cannot be read, nothing passes. It stops when its environment is deleted or its endpoint removed.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use keystile_gateway::{Decision, Error, Gateway, GatewayHandle, GatewayMetrics};
use keystile_keys::EnvironmentId;
use keystile_listener::ListenAddress;
use keystile_registry::{Registry, RegistryError};
use keystile_store::EnvironmentRow;
use tokio::sync::{Mutex, broadcast, oneshot, watch};

use crate::run_overrides::RunOverrides;
use crate::start_error::StartError;
use crate::stop_reason::StopReason;

/// How often the change counter is read; that takes a third of a microsecond.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// A gateway of this process.
pub struct RunningGateway {
    environment: EnvironmentRow,
    address: ListenAddress,
    is_tls: bool,
    warning: Option<String>,
    follower: Arc<ConfigFollower>,
    stop: watch::Sender<bool>,
    stopped: watch::Receiver<Option<StopReason>>,
}

/// Applies the stored configuration to the gateway.
struct ConfigFollower {
    registry: Arc<Registry>,
    environment: EnvironmentId,
    handle: GatewayHandle,
    overrides: RunOverrides,
    /// One reload at a time: an older one must not undo a newer one.
    reloading: Mutex<()>,
}

impl ConfigFollower {
    /// Applies what is stored now, or returns why the gateway has to stop.
    async fn reload(&self) -> Result<Option<StopReason>, StartError> {
        let _reloading = self.reloading.lock().await;
        let applied = self.apply().await;
        if !matches!(applied, Ok(None)) {
            // Rules that were removed meanwhile would stay in effect.
            self.handle.fail_closed();
        }
        applied
    }

    async fn apply(&self) -> Result<Option<StopReason>, StartError> {
        let store = self.registry.store();
        // A file that took the place of the one before is opened by reading it.
        if store.last_commit().is_err() {
            drop(store.read().await.map_err(RegistryError::from)?);
        }
        // Taken before the configuration is read: what is committed between the two is read again.
        let commit = store.last_commit().map_err(RegistryError::from)?;
        let stored = match self.registry.show_gateway(&self.environment).await {
            Err(RegistryError::NotFound(_)) => return Ok(Some(StopReason::EnvironmentDeleted)),
            stored => stored?,
        };
        match self.overrides.routing(&stored).await {
            Ok(routing) => {
                self.handle.set_stored_routing(routing, commit.as_u64());
                Ok(None)
            }
            Err(StartError::EndpointMissing { .. }) => Ok(Some(StopReason::EndpointRemoved)),
            // Going on as before would keep rules and an upstream that somebody has replaced.
            Err(StartError::Gateway(Error::Endpoint(_))) => Ok(Some(StopReason::InvalidEndpoint)),
            Err(error) => Err(error),
        }
    }

    /// Returns when the gateway has to stop.
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
                        // Nothing passes until a reload succeeds, also when the same database comes back.
                        seen = None;
                        // Tried again at every poll, logged once.
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
    ) -> Self {
        let (stop, mut stop_requested) = watch::channel(false);
        let (tell_stopped, stopped) = watch::channel(None);
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
            let (send_reason, reason_found) = oneshot::channel();
            let until = async {
                tokio::select! {
                    // Also when the gateway's owner was dropped.
                    _ = stop_requested.wait_for(|stop| *stop) => {}
                    Ok(found) = reason_found => reason = found,
                }
            };
            // Goes on while requests in flight finish: what is committed meanwhile must not end them.
            let follow = async {
                let found = following.follow_changes().await;
                // It may be stopping already.
                let _sent = send_reason.send(found);
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = gateway.run(until) => {}
                () = follow => {}
            }
            // Nobody may be waiting.
            let _sent = tell_stopped.send(Some(reason));
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

    /// Its environment, as it was at the start.
    pub fn environment(&self) -> &EnvironmentRow {
        &self.environment
    }

    /// The address it listens on, with the port that the system chose.
    pub fn address(&self) -> &ListenAddress {
        &self.address
    }

    /// Where clients send requests: `http://127.0.0.1:7420`, `https://…`, or `unix:/path`.
    pub fn url(&self) -> String {
        self.address.url(self.is_tls)
    }

    /// What the owner should read before clients connect, if anything.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// What it has counted.
    pub fn metrics(&self) -> impl Fn() -> GatewayMetrics + Send + Sync + use<> {
        let handle = self.follower.handle.clone();
        move || handle.metrics()
    }

    /// Its decisions from now on. A slow receiver loses the oldest.
    pub fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.follower.handle.decisions()
    }

    /// Applies what was just stored, instead of at the next poll.
    ///
    /// # Errors
    /// See [`StartError`]; nothing passes then until a reload succeeds.
    pub async fn reload(&self) -> Result<(), StartError> {
        self.follower.reload().await.map(|_| ())
    }

    /// Why it stopped, once it has.
    pub fn stop_reason(&self) -> Option<StopReason> {
        *self.stopped.borrow()
    }

    /// Resolves once it has stopped, for whatever reason.
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stopped = self.stopped.clone();
        async move {
            // A sender that was dropped has stopped, too.
            let _stopped = stopped.wait_for(Option::is_some).await;
        }
    }

    /// Stops it after the requests in flight are finished.
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
