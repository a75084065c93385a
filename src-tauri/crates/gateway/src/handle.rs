//! The handle of a running gateway: it changes the routing and subscribes to decisions.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::decision::Decision;
use crate::gateway::{Route, Shared};
use crate::settings::Routing;

/// The handle of a running gateway.
#[derive(Clone)]
pub struct GatewayHandle(pub(crate) Arc<Shared>);

impl GatewayHandle {
    /// From the very next request on; a stream that would be refused now ends within a second. What is passed on already
    /// goes to the API it went to.
    pub fn set_routing(&self, routing: Routing) {
        let shared = &self.0;
        let before = shared.last_route();
        if before.routing == routing {
            shared.hold(false);
        } else {
            shared.change(Route::new(routing, shared.limits, Some(&before)));
        }
    }

    /// Lets nothing pass until the next change: something else may be stored, and nobody can tell what.
    pub fn fail_closed(&self) {
        self.0.hold(true);
    }

    /// What held last.
    pub fn routing(&self) -> Routing {
        self.0.last_route().routing.clone()
    }

    /// What is decided from now on. Whoever is too slow loses the oldest.
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
