//! The facts about a request that its required access depends on. They are kept for the duration of a stream, so that
//! edited rules apply to open requests. They contain no key.

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderName, ORIGIN, UPGRADE};
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Request};

use crate::method_override;

/// What a request does beyond its method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// Nothing.
    Plain,
    /// It requests a connection upgrade. The data after it is not HTTP, so it requires `write` unless a rule matches.
    Upgrade,
    /// It overrides its method in a header or in the query. Requires `write` regardless of rules.
    Override,
}

/// Headers of an upgrade request. Most proxies remove `Upgrade`, so their configurations send it under another name;
/// Traefik sends the headers of a WebSocket handshake.
const UPGRADE_HEADERS: [HeaderName; 4] = [
    UPGRADE,
    HeaderName::from_static("x-original-upgrade"),
    HeaderName::from_static("sec-websocket-key"),
    HeaderName::from_static("http2-settings"),
];

/// Method, target, and kind of a request.
#[derive(Clone, Debug)]
pub struct RequestFacts {
    method: Method,
    target: Option<PathAndQuery>,
    kind: RequestKind,
    override_method: Option<String>,
    is_preflight: bool,
}

impl RequestFacts {
    /// Extracts the facts of a request.
    pub fn from_request<B>(request: &Request<B>) -> Self {
        Self::new(
            request.method().clone(),
            request.uri().path_and_query().cloned(),
            request.headers(),
        )
    }

    /// Extracts the facts from the parts of a request.
    pub fn new(method: Method, target: Option<PathAndQuery>, headers: &HeaderMap) -> Self {
        let query = target.as_ref().and_then(PathAndQuery::query);
        let (kind, override_method) = request_kind(headers, query.map(str::as_bytes));
        let is_preflight = method == Method::OPTIONS
            && kind == RequestKind::Plain
            && headers.contains_key(ORIGIN)
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        Self {
            method,
            target,
            kind,
            override_method,
            is_preflight,
        }
    }

    /// Parses a sample request without headers, for testing rules.
    ///
    /// # Errors
    /// The method or the target is not valid.
    pub fn parse(method: &str, target: &str) -> Result<Self, http::Error> {
        let method = Method::from_bytes(method.as_bytes())?;
        let target = PathAndQuery::try_from(target)?;
        Ok(Self::new(method, Some(target), &HeaderMap::new()))
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path as it was sent, without the query; empty if the target is an authority.
    pub fn path(&self) -> &str {
        self.target.as_ref().map_or("", PathAndQuery::path)
    }

    /// Returns the query as it was sent.
    pub fn query(&self) -> Option<&str> {
        self.target.as_ref().and_then(PathAndQuery::query)
    }

    /// Returns what the request does beyond its method.
    pub fn kind(&self) -> RequestKind {
        self.kind
    }

    /// Returns the overriding method in upper case, if it is a word.
    pub fn override_method(&self) -> Option<&str> {
        self.override_method.as_deref()
    }

    /// Returns whether it is a CORS preflight request (Fetch standard, section 3.2.2): OPTIONS with `Origin` and
    /// `Access-Control-Request-Method`.
    pub fn is_preflight(&self) -> bool {
        self.is_preflight
    }
}

/// Returns the kind of a request, and the overriding method. An override takes precedence over an upgrade. Queries need
/// not be UTF-8.
pub fn request_kind<'a>(
    headers: &HeaderMap,
    queries: impl IntoIterator<Item = &'a [u8]>,
) -> (RequestKind, Option<String>) {
    if let Some(method) = queries.into_iter().find_map(method_override::in_query) {
        return (
            RequestKind::Override,
            method_override::display_method(&method),
        );
    }
    let mut kind = RequestKind::Plain;
    // One pass over the headers is faster than a look-up for each name.
    for (name, value) in headers {
        if value.is_empty() {
            // nginx and Caddy send an empty header for a missing Upgrade.
            continue;
        }
        if method_override::is_header(name) {
            return (
                RequestKind::Override,
                method_override::display_method(value.as_bytes()),
            );
        }
        if UPGRADE_HEADERS.contains(name) {
            kind = RequestKind::Upgrade;
        }
    }
    (kind, None)
}
