//! What all connections of a gateway share: its routing, the requests in flight, and who listens to decisions.

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

/// Decisions that a slow receiver may be behind before it loses the oldest.
const DECISION_CAPACITY: usize = 1_024;
/// How long a request waits for a routing that was changed.
const RELOAD_TIMEOUT: Duration = Duration::from_secs(2);
/// The routing is not read from the store.
const NOT_FOLLOWED: u64 = u64::MAX;

/// Equal to another one only if nothing was changed in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) database: DatabaseState,
    routing: u64,
}

impl Snapshot {
    /// Returns whether nothing was changed since `earlier`. False also when nobody can tell.
    pub(crate) fn is_unchanged_since(self, earlier: Self) -> bool {
        self.database.commit().is_some() && self == earlier
    }
}

/// A routing, and the connections to its API.
pub(crate) struct Route {
    pub(crate) routing: Routing,
    pub(crate) client: Arc<Client<ForwardedBody>>,
}

impl Route {
    /// Keeps the connections of the route before it if they lead to the same API.
    fn new(routing: Routing, limits: Limits, before: Option<&Self>) -> Self {
        let client = match before {
            Some(before) if before.routing.upstream == routing.upstream => {
                Arc::clone(&before.client)
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
    /// Nothing passes: what is stored may differ from the routing, and cannot be read.
    is_closed: AtomicBool,
    /// The commit as of which the routing was read.
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
            routing_commit: AtomicU64::new(NOT_FOLLOWED),
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

    /// Returns the routing as it is stored now. A routing that is read from the store is read again first if anything was
    /// committed since.
    ///
    /// # Errors
    /// `rules_unavailable` if it cannot be read.
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

    /// Returns what every change of a key, an environment or the routing changes.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            database: self.verifier.database_state(),
            routing: self.routing_version.load(Ordering::Acquire),
        }
    }

    fn is_up_to_date(&self, snapshot: Snapshot) -> bool {
        let commit = self.routing_commit.load(Ordering::Acquire);
        commit == NOT_FOLLOWED || snapshot.database.commit() == Some(commit)
    }

    /// Has the routing read again and waits for that. Returns as of when it is up to date.
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

    /// Resolves when a request waits for the routing to be read again.
    pub(crate) async fn reload_requested(&self) {
        self.reload_requested.notified().await;
    }

    /// Uses this routing from the next request on. `commit`: that as of which it was read from the store.
    pub(crate) fn set_routing(&self, routing: Routing, commit: Option<u64>) {
        let before = self.last_route();
        if before.routing != routing {
            let route = Route::new(routing, self.limits, Some(&before));
            self.route.store(Arc::new(route));
            self.routing_version.fetch_add(1, Ordering::AcqRel);
        }
        if let Some(commit) = commit {
            self.routing_commit.store(commit, Ordering::Release);
        }
        self.is_closed.store(false, Ordering::Release);
        self.note_change();
    }

    /// Lets nothing pass until a routing is set.
    pub(crate) fn fail_closed(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.routing_version.fetch_add(1, Ordering::AcqRel);
        self.note_change();
    }

    fn note_change(&self) {
        self.reloaded.notify_waiters();
        self.routing_changed.notify_one();
    }

    /// Resolves after the routing was set.
    pub(crate) async fn routing_changed(&self) {
        self.routing_changed.notified().await;
    }

    /// Adds a connection to those whose requests are revalidated.
    pub(crate) fn add_connection(&self, slot: &Arc<RequestSlot>) {
        let mut connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        connections.push(Arc::downgrade(slot));
    }

    /// Returns the requests that are not over.
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

    /// Publishes a decision and returns it. Without receivers none is made.
    pub(crate) fn publish(&self, decision: impl FnOnce() -> Decision) -> Option<Arc<Decision>> {
        if self.decisions.receiver_count() == 0 {
            return None;
        }
        let decision = Arc::new(decision());
        // The last receiver may have gone since.
        let _sent = self.decisions.send(Arc::clone(&decision));
        Some(decision)
    }
}
