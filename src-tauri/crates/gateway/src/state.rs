//! The state that all connections of a gateway share: routing, requests in flight, and subscribers to decisions.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use keystile_guard::Problem;
use keystile_keys::EnvironmentId;
use keystile_log::AccessLog;
use keystile_verifier::{DatabaseState, Verifier};
use tokio::sync::{Notify, broadcast};

use crate::decision::Decision;
use crate::metrics::Metrics;
use crate::request::{ForwardedBody, OpenRequest, RequestSlot, Revalidations};
use crate::settings::{Limits, Routing, Settings};
use crate::upstream::Client;

/// Decisions that are buffered for a slow receiver.
const DECISION_CAPACITY: usize = 1_024;
/// How long a request waits for a reload of the routing.
const RELOAD_TIMEOUT: Duration = Duration::from_secs(2);
/// The commit of a routing that does not come from the store.
const NO_COMMIT: u64 = u64::MAX;

/// Identifies a state of database and routing. Two snapshots are equal only if nothing changed in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) database: DatabaseState,
    routing: u64,
}

impl Snapshot {
    /// Returns whether nothing changed since `earlier`. False if that is unknown.
    pub(crate) fn is_unchanged_since(self, earlier: Self) -> bool {
        self.database.commit().is_some() && self == earlier
    }
}

/// A routing, with the client for its upstream.
pub(crate) struct Route {
    pub(crate) routing: Routing,
    pub(crate) client: Arc<Client<ForwardedBody>>,
}

impl Route {
    /// Creates a route. It shares the client of the previous one if the upstream is the same.
    fn new(routing: Routing, limits: Limits, previous: Option<&Self>) -> Self {
        let client = match previous {
            Some(previous) if previous.routing.upstream == routing.upstream => {
                Arc::clone(&previous.client)
            }
            _ => Client::new(routing.upstream.clone(), limits.connect),
        };
        Self { routing, client }
    }
}

pub(crate) struct GatewayState {
    pub(crate) verifier: Verifier,
    pub(crate) environment: EnvironmentId,
    pub(crate) limits: Limits,
    pub(crate) revalidations: Arc<Revalidations>,
    pub(crate) metrics: Metrics,
    pub(crate) access_log: Option<AccessLog>,
    route: ArcSwap<Route>,
    routing_version: AtomicU64,
    routing_changed: Notify,
    /// Every request is denied, because the stored routing cannot be read.
    is_closed: AtomicBool,
    /// The commit at which the routing was read.
    routing_commit: AtomicU64,
    reload_requested: Notify,
    reloaded: Notify,
    connections: Mutex<Vec<Weak<RequestSlot>>>,
    decisions: broadcast::Sender<Arc<Decision>>,
}

impl GatewayState {
    pub(crate) fn new(verifier: Verifier, settings: Settings) -> Arc<Self> {
        let limits = settings.limits;
        let (decisions, _) = broadcast::channel(DECISION_CAPACITY);
        Arc::new(Self {
            verifier,
            environment: settings.environment,
            limits,
            revalidations: Revalidations::new(),
            metrics: Metrics::new(),
            access_log: settings.access_log,
            route: ArcSwap::from_pointee(Route::new(settings.routing, limits, None)),
            routing_version: AtomicU64::new(0),
            routing_changed: Notify::new(),
            is_closed: AtomicBool::new(false),
            routing_commit: AtomicU64::new(NO_COMMIT),
            reload_requested: Notify::new(),
            reloaded: Notify::new(),
            connections: Mutex::default(),
            decisions,
        })
    }

    /// Returns the routing that was set last.
    pub(crate) fn last_route(&self) -> Arc<Route> {
        self.route.load_full()
    }

    /// Returns the current routing. A routing from the store is reloaded first if there was a commit since.
    ///
    /// # Errors
    /// `rules_unavailable`: it cannot be read.
    pub(crate) async fn current_route(&self) -> Result<(Arc<Route>, Snapshot), Problem> {
        let mut snapshot = self.snapshot();
        if !self.is_up_to_date(snapshot) {
            snapshot = self.reload().await?;
        }
        if self.is_closed.load(Ordering::Acquire) {
            return Err(Problem::rules_unavailable());
        }
        Ok((self.last_route(), snapshot))
    }

    /// Returns a snapshot. It differs after every change of a key, an environment, or the routing.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            database: self.verifier.database_state(),
            routing: self.routing_version.load(Ordering::Acquire),
        }
    }

    fn is_up_to_date(&self, snapshot: Snapshot) -> bool {
        let commit = self.routing_commit.load(Ordering::Acquire);
        commit == NO_COMMIT || snapshot.database.commit() == Some(commit)
    }

    /// Requests a reload of the routing and waits for it. Returns the snapshot at which it is up to date.
    async fn reload(&self) -> Result<Snapshot, Problem> {
        let reloaded = async {
            loop {
                let reloaded = self.reloaded.notified();
                let mut reloaded = std::pin::pin!(reloaded);
                reloaded.as_mut().enable();
                let snapshot = self.snapshot();
                if self.is_up_to_date(snapshot) || self.is_closed.load(Ordering::Acquire) {
                    return snapshot;
                }
                self.reload_requested.notify_one();
                reloaded.await;
            }
        };
        tokio::time::timeout(RELOAD_TIMEOUT, reloaded)
            .await
            .map_err(|_| Problem::rules_unavailable())
    }

    /// Resolves when a request waits for a reload of the routing.
    pub(crate) async fn reload_requested(&self) {
        self.reload_requested.notified().await;
    }

    /// Sets the routing for new requests. `commit`: the one at which it was read from the store.
    pub(crate) fn set_routing(&self, routing: Routing, commit: Option<u64>) {
        let previous = self.last_route();
        if previous.routing != routing {
            let route = Route::new(routing, self.limits, Some(&previous));
            self.route.store(Arc::new(route));
            self.routing_version.fetch_add(1, Ordering::AcqRel);
        }
        if let Some(commit) = commit {
            self.routing_commit.store(commit, Ordering::Release);
        }
        self.is_closed.store(false, Ordering::Release);
        self.notify_changed();
    }

    /// Denies every request until a routing is set.
    pub(crate) fn fail_closed(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.routing_version.fetch_add(1, Ordering::AcqRel);
        self.notify_changed();
    }

    fn notify_changed(&self) {
        self.reloaded.notify_waiters();
        self.routing_changed.notify_one();
    }

    /// Resolves when the routing was set.
    pub(crate) async fn routing_changed(&self) {
        self.routing_changed.notified().await;
    }

    /// Registers a connection, so that its requests are revalidated.
    pub(crate) fn add_connection(&self, slot: &Arc<RequestSlot>) {
        let mut connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        connections.push(Arc::downgrade(slot));
    }

    /// Returns the requests in flight.
    pub(crate) fn requests_in_flight(&self) -> Vec<Arc<OpenRequest>> {
        let mut requests = Vec::new();
        let mut connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        connections.retain(|slot| match slot.upgrade() {
            Some(slot) => {
                requests.extend(slot.get());
                true
            }
            None => false,
        });
        requests
    }

    pub(crate) fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.decisions.subscribe()
    }

    /// Returns whether decisions have a receiver.
    pub(crate) fn has_decision_receivers(&self) -> bool {
        self.decisions.receiver_count() > 0
    }

    pub(crate) fn publish(&self, decision: Arc<Decision>) {
        // The last receiver may have been dropped since.
        let _sent = self.decisions.send(decision);
    }
}
