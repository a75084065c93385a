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
    /// From the very next request on; a stream that would be refused now ends within a second. What is passed on already
    /// goes to the API it went to.
    pub fn change(&self, routing: Routing) {
        let shared = &self.0;
        let before = shared.last_route();
        if before.routing == routing {
            shared.hold(false);
        } else {
            shared.change(Route::new(routing, shared.limits, Some(&before)));
        }
    }

    /// Lets nothing pass until the next change: something else may be stored, and nobody can tell what.
    pub fn hold(&self) {
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

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Control").field(&self.routing()).finish()
    }
}
