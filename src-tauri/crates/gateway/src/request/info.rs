//! The data of a request that authorization and revalidation need.

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
        // Browsers send no key in preflights. A preflight with a key is authorized by it.
        let is_keyless_preflight = facts.is_preflight()
            && matches!(routing.keys.extract(request.headers(), None), Ok(None));
        Self {
            facts,
            is_keyless_preflight,
        }
    }

    /// Returns the access that the route rules require.
    pub(crate) fn required_access(&self, routing: &Routing) -> RouteMatch {
        routing.rules.required_access(&self.facts)
    }

    /// Returns whether the request is a CORS preflight without a key.
    pub(crate) fn is_keyless_preflight(&self) -> bool {
        self.is_keyless_preflight
    }

    /// Returns whether the request needs no key. `required` is the access that the rules require.
    pub(crate) fn is_open(&self, required: Access, routing: &Routing) -> bool {
        required == Access::Open || (self.is_keyless_preflight && routing.allow_preflight)
    }
}
