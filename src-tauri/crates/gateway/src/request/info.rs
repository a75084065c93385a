//! What the gateway must know about a request to decide about it, also again while its stream goes on.

use hyper::Request;
use keystile_policy::{Access, RequestFacts, RouteMatch};

use crate::settings::Routing;

pub(crate) struct RequestInfo {
    pub(crate) facts: RequestFacts,
    is_keyless_preflight: bool,
}

impl RequestInfo {
    pub(crate) fn from_request<B>(request: &Request<B>, routing: &Routing) -> Self {
        let facts = RequestFacts::from_request(request);
        // A preflight never carries a key; a request that does is authorized by it.
        let is_keyless_preflight = facts.is_preflight()
            && matches!(routing.keys.extract(request.headers(), None), Ok(None));
        Self {
            facts,
            is_keyless_preflight,
        }
    }

    /// Returns the access that the request requires by the route rules.
    pub(crate) fn required_access(&self, routing: &Routing) -> RouteMatch {
        routing.rules.required_access(&self.facts)
    }

    /// Whether a browser asks for permission to send a request.
    pub(crate) fn is_keyless_preflight(&self) -> bool {
        self.is_keyless_preflight
    }

    /// Whether the request passes without a key. `required` is the access by the same rules.
    pub(crate) fn is_open(&self, required: Access, routing: &Routing) -> bool {
        required == Access::Open || (self.is_keyless_preflight && routing.allow_preflight)
    }
}
