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
    /// Uses this routing from the next request on. Requests in flight stay with their API; those that it would not authorize
    /// are ended.
    pub fn set_routing(&self, routing: Routing) {
        self.0.set_routing(routing, None);
    }

    /// As [`GatewayHandle::set_routing`], for a routing that was read from the store as of a commit
    /// ([`DatabaseState::commit`](keystile_verifier::DatabaseState::commit)). From then on a request that comes after another
    /// commit waits until the routing was read again; see [`GatewayHandle::reload_requested`].
    pub fn set_stored_routing(&self, routing: Routing, commit: u64) {
        self.0.set_routing(routing, Some(commit));
    }

    /// Resolves when a request waits for the routing to be read again.
    pub async fn reload_requested(&self) {
        self.0.reload_requested().await;
    }

    /// Lets nothing pass until a routing is set: something else may be stored, and cannot be read.
    pub fn fail_closed(&self) {
        self.0.fail_closed();
    }

    /// Returns the routing that was set last.
    pub fn routing(&self) -> Routing {
        self.0.last_route().routing.clone()
    }

    /// Returns what was counted since it began.
    pub fn metrics(&self) -> GatewayMetrics {
        self.0.metrics.read()
    }

    /// Returns the decisions from now on. A slow receiver loses the oldest.
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
