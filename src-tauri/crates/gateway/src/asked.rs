//! What a request asks for, as far as route rules look at it. It is made when the request is decided and kept beside a
//! stream, so that rules edited meanwhile hold for what is still going on. It keeps no key of a header.

use hyper::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use hyper::http::uri::PathAndQuery;
use hyper::{HeaderMap, Method, Request};
use keystile_guard::{contains_key, extract_key};
use keystile_policy::request_kind;
use keystile_policy::{Access, RequestKind};

use crate::settings::Routing;

pub(crate) struct Asked {
    method: Method,
    target: Option<PathAndQuery>,
    claim: RequestKind,
    is_keyless_preflight: bool,
    holds_key_in_path: bool,
}

impl Asked {
    pub(crate) fn by<B>(request: &Request<B>) -> Self {
        let claim = request_kind(request.headers(), request.uri().query());
        Self {
            method: request.method().clone(),
            target: request.uri().path_and_query().cloned(),
            claim,
            is_keyless_preflight: request.method() == Method::OPTIONS
                && claim == RequestKind::Plain
                && is_keyless_preflight(request.headers()),
            holds_key_in_path: contains_key(request.uri().path()),
        }
    }

    /// Empty where only a host is named.
    pub(crate) fn path(&self) -> &str {
        self.target.as_ref().map_or("", PathAndQuery::path)
    }

    /// By the route rules.
    pub(crate) fn need(&self, routing: &Routing) -> Access {
        let rules = &routing.rules;
        rules
            .need(self.method.as_str(), self.path(), self.claim)
            .need
    }

    /// Whether a browser asks here if a page may ask.
    pub(crate) fn is_keyless_preflight(&self) -> bool {
        self.is_keyless_preflight
    }

    /// Whether somebody wrote a key where addresses are logged.
    pub(crate) fn holds_key_in_path(&self) -> bool {
        self.holds_key_in_path
    }

    /// Whether it passes without a key. `need` is that of the same rules.
    pub(crate) fn is_open(&self, need: Access, routing: &Routing) -> bool {
        need == Access::Open || (self.is_keyless_preflight && routing.passes_preflights)
    }
}

/// Such a request never shows a key; whoever does is judged by that.
fn is_keyless_preflight(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        && matches!(extract_key(headers, None), Ok(None))
}
