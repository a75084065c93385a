//! The handle of a running gateway: changes its routing and subscribes to its decisions.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::decision::Decision;
use crate::metrics::GatewayMetrics;
use crate::settings::Routing;
use crate::state::GatewayState;

/// The handle of a running gateway.
#[derive(Clone)]
pub struct GatewayHandle(pub(crate) Arc<GatewayState>);

impl GatewayHandle {
    /// Sets the routing for new requests. Requests in flight keep their upstream; those that the new routing does not
    /// authorize are canceled.
    pub fn set_routing(&self, routing: Routing) {
        self.0.set_routing(routing, None);
    }

    /// Sets a routing that was read from the store at a commit
    /// ([`DatabaseState::commit`](keystile_verifier::DatabaseState::commit)). A request after another commit then waits
    /// until the routing is read again; see [`GatewayHandle::reload_requested`].
    pub fn set_stored_routing(&self, routing: Routing, commit: u64) {
        self.0.set_routing(routing, Some(commit));
    }

    /// Resolves when a request waits for a reload of the routing.
    pub async fn reload_requested(&self) {
        self.0.reload_requested().await;
    }

    /// Denies every request until a routing is set. For a stored routing that cannot be read.
    pub fn fail_closed(&self) {
        self.0.fail_closed();
    }

    /// Returns the routing that was set last.
    pub fn routing(&self) -> Routing {
        self.0.last_route().routing.clone()
    }

    /// Returns a snapshot of the counters.
    pub fn metrics(&self) -> GatewayMetrics {
        self.0.metrics.snapshot()
    }

    /// Subscribes to decisions. A slow receiver loses the oldest.
    pub fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.0.decisions()
    }
}

impl std::fmt::Debug for GatewayHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("GatewayHandle")
            .field(&self.routing())
            .finish()
    }
}
