//! What a request asks for, as far as the access that it requires depends on it. Taken once when the request arrives and
//! kept beside a stream, so that rules edited meanwhile apply to what is still going on. Holds no key of a header.

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderName, ORIGIN, UPGRADE};
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Request};

use crate::method_override;

/// What a request asks for beyond its method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// Nothing.
    Plain,
    /// An upgrade of the connection. What is sent afterwards is not HTTP, so it requires `write` unless a rule says
    /// otherwise.
    Upgrade,
    /// Treatment as another method, named in a header or in the query. No rule makes that less than `write`.
    Override,
}

/// Headers of a request that asks for an upgrade. Most proxies remove `Upgrade` itself, so their configurations send it
/// under another name; Traefik sends the headers of a WebSocket handshake.
const UPGRADE_HEADERS: [HeaderName; 4] = [
    UPGRADE,
    HeaderName::from_static("x-original-upgrade"),
    HeaderName::from_static("sec-websocket-key"),
    HeaderName::from_static("http2-settings"),
];

/// Method, target and kind of a request.
#[derive(Clone, Debug)]
pub struct RequestFacts {
    method: Method,
    target: Option<PathAndQuery>,
    kind: RequestKind,
    override_method: Option<String>,
    is_preflight: bool,
}

impl RequestFacts {
    /// Takes the facts of a request.
    pub fn from_request<B>(request: &Request<B>) -> Self {
        Self::new(
            request.method().clone(),
            request.uri().path_and_query().cloned(),
            request.headers(),
        )
    }

    /// Takes the facts of a request with this method, target and these headers.
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

    /// Takes the facts of a request that has no header which matters, such as a sample request in a rule tester.
    ///
    /// # Errors
    /// `method` or `target` cannot be sent.
    pub fn parse(method: &str, target: &str) -> Result<Self, http::Error> {
        let method = Method::from_bytes(method.as_bytes())?;
        let target = PathAndQuery::try_from(target)?;
        Ok(Self::new(method, Some(target), &HeaderMap::new()))
    }

    /// The method of the request line.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path as it was sent, without the query; empty where the target is only an authority.
    pub fn path(&self) -> &str {
        self.target.as_ref().map_or("", PathAndQuery::path)
    }

    /// The query as it was sent.
    pub fn query(&self) -> Option<&str> {
        self.target.as_ref().and_then(PathAndQuery::query)
    }

    /// What the request asks for beyond its method.
    pub fn kind(&self) -> RequestKind {
        self.kind
    }

    /// The method that an override names, shortened and in upper case, where it can be read.
    pub fn override_method(&self) -> Option<&str> {
        self.override_method.as_deref()
    }

    /// Whether it is a CORS preflight (Fetch standard, section 3.2.2): OPTIONS with `Origin` and
    /// `Access-Control-Request-Method`.
    pub fn is_preflight(&self) -> bool {
        self.is_preflight
    }
}

/// Returns the kind of a request with these headers and query strings, and the method that an override names. An override
/// takes precedence over an upgrade. Queries are bytes: what is no UTF-8 is read all the same.
pub fn request_kind<'a>(
    headers: &HeaderMap,
    queries: impl IntoIterator<Item = &'a [u8]>,
) -> (RequestKind, Option<String>) {
    if let Some(method) = queries.into_iter().find_map(method_override::in_query) {
        return (RequestKind::Override, method_override::shown(&method));
    }
    let mut kind = RequestKind::Plain;
    // One pass over the headers that are present, not one look-up for each name: a request has few.
    for (name, value) in headers {
        if value.is_empty() {
            // nginx and Caddy send an absent Upgrade as an empty header.
            continue;
        }
        if method_override::is_header(name) {
            return (
                RequestKind::Override,
                method_override::shown(value.as_bytes()),
            );
        }
        if UPGRADE_HEADERS.contains(name) {
            kind = RequestKind::Upgrade;
        }
    }
    (kind, None)
}
