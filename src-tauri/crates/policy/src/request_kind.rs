//! By what a request asks for more than its method says: an upgrade of the connection, or another method named in a
//! header or in the query.

use http::HeaderMap;
use http::header::{HeaderName, UPGRADE};

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

/// Headers that name another method.
const METHOD_OVERRIDE_HEADERS: [HeaderName; 4] = [
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-http-method"),
    HeaderName::from_static("x-method-override"),
    HeaderName::from_static("x-method"),
];

/// Headers of a request that asks for an upgrade. Most proxies remove `Upgrade` itself, so their configurations send it
/// under another name; Traefik sends the headers of a WebSocket handshake.
const UPGRADE_HEADERS: [HeaderName; 4] = [
    UPGRADE,
    HeaderName::from_static("x-original-upgrade"),
    HeaderName::from_static("sec-websocket-key"),
    HeaderName::from_static("http2-settings"),
];

/// Query parameters that name another method; WordPress applies one even to a GET.
const METHOD_OVERRIDE_PARAMETERS: [&str; 3] = ["_method", "_httpmethod", "x_http_method_override"];

/// Returns the kind of a request with these headers and query strings. An override takes precedence over an upgrade.
pub fn request_kind<'a>(
    headers: &HeaderMap,
    queries: impl IntoIterator<Item = &'a str>,
) -> RequestKind {
    if queries.into_iter().any(query_overrides_method) {
        return RequestKind::Override;
    }
    let mut kind = RequestKind::Plain;
    // One pass over the headers that are present, not one look-up for each name: a request has few.
    for (name, value) in headers {
        if value.is_empty() {
            // nginx and Caddy send an absent Upgrade as an empty header.
            continue;
        }
        if METHOD_OVERRIDE_HEADERS.contains(name) {
            return RequestKind::Override;
        }
        if UPGRADE_HEADERS.contains(name) {
            kind = RequestKind::Upgrade;
        }
    }
    kind
}

/// Whether a query string names another method. PHP reads `.`, a blank and `[` in names as `_`.
fn query_overrides_method(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| {
        let read = name.replace(|character: char| !character.is_ascii_alphanumeric(), "_");
        METHOD_OVERRIDE_PARAMETERS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&read))
    })
}
