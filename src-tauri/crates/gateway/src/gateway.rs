//! The listening socket of a gateway, its connections, and what they share. Callers bind first, learn the port, then run
//! until they say stop. It knows nothing of single requests.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use keystile_keys::EnvironmentId;
use keystile_listener::{ConnectionLimits, ListenAddress, Listener};
use keystile_verifier::Verifier;
use tokio::sync::broadcast;

use crate::converse::converse;
use crate::decision::Decision;
use crate::error::Error;
use crate::handle::GatewayHandle;
use crate::pool::Pool;
use crate::settings::{Limits, Routing, Settings, Upstream};

/// Decisions that a slow listener may be behind before it loses the oldest.
const BEHIND: usize = 1_024;

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) verifier: Verifier,
    pub(crate) environment: EnvironmentId,
    route: ArcSwap<Route>,
    /// Whether that is what is stored, as far as anybody knows.
    is_current: AtomicBool,
    pub(crate) limits: Limits,
    decisions: broadcast::Sender<Arc<Decision>>,
}

impl Shared {
    /// What holds now; `None` while it is known that something else may be stored, and not what.
    pub(crate) fn route(&self) -> Option<Arc<Route>> {
        let route = self.last_route();
        (!self.is_held()).then_some(route)
    }

    /// What was last known to hold.
    pub(crate) fn last_route(&self) -> Arc<Route> {
        self.route.load_full()
    }

    pub(crate) fn is_held(&self) -> bool {
        !self.is_current.load(Ordering::Acquire)
    }

    pub(crate) fn change(&self, route: Route) {
        self.route.store(Arc::new(route));
        self.is_current.store(true, Ordering::Release);
    }

    pub(crate) fn hold(&self, is_held: bool) {
        self.is_current.store(!is_held, Ordering::Release);
    }

    pub(crate) fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.decisions.subscribe()
    }

    /// Tells whoever listens, and returns what was told; nothing is made for nobody.
    pub(crate) fn tell(&self, decision: impl FnOnce() -> Decision) -> Option<Arc<Decision>> {
        if self.decisions.receiver_count() == 0 {
            return None;
        }
        let decision = Arc::new(decision());
        // The last listener may have gone since.
        let _told = self.decisions.send(Arc::clone(&decision));
        Some(decision)
    }
}

/// A routing, and the connections to its API.
pub(crate) struct Route {
    pub(crate) routing: Routing,
    /// None where there is no API.
    pub(crate) pool: Option<Arc<Pool>>,
}

impl Route {
    /// With the connections of the route before it, if they lead to the same API.
    pub(crate) fn new(routing: Routing, limits: Limits, before: Option<&Self>) -> Self {
        let pool = match (&routing.upstream, before) {
            (Upstream::Check, _) => None,
            (upstream, Some(before)) if before.routing.upstream == *upstream => before.pool.clone(),
            (Upstream::Api(endpoint), _) => Some(Pool::new(endpoint.clone(), limits.connect)),
        };
        Self { routing, pool }
    }
}

/// A gateway that listens and does not answer yet.
pub struct Gateway {
    listener: Listener,
    shared: Arc<Shared>,
}

impl Gateway {
    /// Listens. Connections wait until [`Gateway::run`].
    ///
    /// # Errors
    /// `Listen`, for example when another program uses the address.
    pub async fn bind(verifier: Verifier, settings: Settings) -> Result<Self, Error> {
        let listener = Listener::bind(settings.listen).await?;
        if listener.is_exposed_in_clear() {
            tracing::warn!(address = %listener.address(), "clients on other machines send their keys without encryption");
        }
        let limits = settings.limits;
        let (decisions, _) = broadcast::channel(BEHIND);
        Ok(Self {
            listener,
            shared: Arc::new(Shared {
                verifier,
                environment: settings.environment,
                route: ArcSwap::from_pointee(Route::new(settings.routing, limits, None)),
                is_current: AtomicBool::new(true),
                limits,
                decisions,
            }),
        })
    }

    /// Where it listens, with the port that the system chose.
    pub fn address(&self) -> &ListenAddress {
        self.listener.address()
    }

    /// Whether clients connect with TLS.
    pub fn is_tls(&self) -> bool {
        self.listener.is_tls()
    }

    /// What the owner should read before it runs, if anything.
    pub fn warning(&self) -> Option<String> {
        self.listener.is_exposed_in_clear().then(|| {
            format!(
                "{} can be reached from other machines, without encryption. Whoever reads the traffic has the keys; \
                 use TLS, or put a proxy with TLS in front.",
                self.address()
            )
        })
    }

    /// What is decided from now on. Whoever is too slow loses the oldest.
    pub fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.shared.decisions()
    }

    /// The handle that changes its routing while it runs.
    pub fn handle(&self) -> GatewayHandle {
        GatewayHandle(Arc::clone(&self.shared))
    }

    /// Passes requests on until `shutdown` is done, then lets those in flight end and writes down what was counted.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let shared = self.shared;
        let limits = shared.limits;
        let connections = ConnectionLimits {
            max_connections: limits.connections,
            grace: limits.grace,
        };
        let state = Arc::clone(&shared);
        self.listener
            .serve(connections, shutdown, move |connection| {
                converse(Arc::clone(&state), connection)
            })
            .await;
        // The verifier has logged a failure.
        let _written = shared.verifier.flush_usage().await;
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway")
            .field("address", self.address())
            .finish_non_exhaustive()
    }
}
