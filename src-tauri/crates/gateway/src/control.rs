//! Changing where the requests of a running gateway go and what they need. Whoever started the gateway holds it.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::decision::Decision;
use crate::gateway::{Route, Shared};
use crate::settings::Routing;

/// The handle on a running gateway.
#[derive(Clone)]
pub struct Control(pub(crate) Arc<Shared>);

impl Control {
    /// From the very next request on. Requests in flight, streams and WebSockets go on as they began.
    pub fn change(&self, routing: Routing) {
        let shared = &self.0;
        let before = shared.route.load();
        let route = Route::new(routing, shared.limits, Some(&before));
        shared.route.store(Arc::new(route));
    }

    /// What holds now.
    pub fn routing(&self) -> Routing {
        self.0.route.load().routing.clone()
    }

    /// What is decided from now on. Whoever is too slow loses the oldest.
    pub fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.0.decisions()
    }
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Control").field(&self.routing()).finish()
    }
}
