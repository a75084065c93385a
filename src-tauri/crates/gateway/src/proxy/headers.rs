//! Prepares the headers of a request for the upstream: removes hop-by-hop headers, the key, and headers that only the
//! gateway may set, and adds the identity and forwarding headers.

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{
    AUTHORIZATION, CONNECTION, EXPECT, HOST, HeaderName, HeaderValue, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use keystile_guard::{KeyExtractor, Problem, identity_headers, is_plain, is_reserved};
use keystile_verifier::KeyInfo;

/// Hop-by-hop headers (RFC 9110, section 7.6.1), and `Expect`, which the gateway handles itself.
const HOP_BY_HOP: [HeaderName; 10] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    EXPECT,
];

/// Headers that the gateway adds: four about the key, three about the client, and `Host`.
const MAX_ADDED_HEADERS: usize = 8;
/// Carries an id by which the sender of a request finds its decision.
pub const TRACE_HEADER: HeaderName = HeaderName::from_static("x-keystile-trace");
/// Names of removed headers that are listed.
const MAX_LISTED_NAMES: usize = 10;
/// Characters of a trace id.
const MAX_TRACE_LENGTH: usize = 64;

/// Returns the `Upgrade` value of a WebSocket handshake. No other upgrade is forwarded: inside HTTP/2, requests would
/// bypass the gateway.
pub(crate) fn websocket(headers: &HeaderMap) -> Option<HeaderValue> {
    let is_upgrade = connection_options(headers).any(|token| token.eq_ignore_ascii_case("upgrade"));
    headers
        .get(UPGRADE)
        .filter(|protocol| is_upgrade && protocol.as_bytes().eq_ignore_ascii_case(b"websocket"))
        .cloned()
}

/// Adds the headers of an upgrade to `protocol`.
pub(crate) fn upgrade(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, protocol);
}

/// Returns the trace id of a request, if it is valid.
pub(crate) fn trace(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(TRACE_HEADER)?.to_str().ok()?;
    let is_valid = (1..=MAX_TRACE_LENGTH).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_graphic());
    is_valid.then(|| id.to_owned())
}

/// Returns the options of all `Connection` headers.
fn connection_options(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

/// Removes hop-by-hop headers, including those that `Connection` names.
pub(crate) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    remove(headers, |_| false);
}

/// Removes hop-by-hop headers, and those for which `is_removed` returns true.
fn remove(headers: &mut HeaderMap, is_removed: impl Fn(&HeaderName) -> bool) {
    let named = connection_options(headers)
        .filter_map(|option| option.parse().ok())
        // Host is end-to-end.
        .filter(|name| *name != HOST);
    let present = headers
        .keys()
        .filter(|name| HOP_BY_HOP.contains(name) || is_removed(name))
        .cloned();
    let names: Vec<HeaderName> = named.chain(present).collect();
    for name in &names {
        headers.remove(name);
    }
}

/// Returns the names of the headers that are removed because only a proxy may set them, separated by commas. A name with
/// unusual characters could contain a key and is not repeated.
pub(crate) fn removed_names(headers: &HeaderMap) -> Option<String> {
    let mut names: Vec<&str> = headers
        .keys()
        .filter(|name| is_reserved(name) && **name != TRACE_HEADER)
        .map(|name| match name.as_str() {
            name if is_plain(name) => name,
            _ => "(unusual name)",
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(MAX_LISTED_NAMES);
    (!names.is_empty()).then(|| names.join(", "))
}

/// The connection of a client.
pub(crate) struct Downstream {
    pub(crate) client: IpAddr,
    /// Whether the client connected with TLS.
    pub(crate) is_tls: bool,
}

/// Turns a client's headers into those for the upstream. `key` authorized the request; `keys` is the location of keys.
///
/// # Errors
/// `internal_error`: an identity header is invalid.
pub(crate) fn prepare(
    headers: &mut HeaderMap,
    key: Option<&KeyInfo>,
    keys: &KeyExtractor,
    downstream: Downstream,
) -> Result<(), Problem> {
    let client_host = headers.get(HOST).cloned();
    let removes_authorization = keys.removes_authorization(headers, key.is_some());
    remove(headers, |name| {
        is_reserved(name)
            || keys.is_key_header(name)
            || (removes_authorization && *name == AUTHORIZATION)
    });
    // One allocation for all added headers.
    headers.reserve(MAX_ADDED_HEADERS);
    if let Some(key) = key {
        for (name, value) in identity_headers(key)? {
            headers.insert(name, value);
        }
    }
    // An IP address is a valid header value.
    if let Ok(client) = HeaderValue::try_from(downstream.client.to_string()) {
        headers.insert(HeaderName::from_static("x-forwarded-for"), client);
    }
    headers.insert(
        HeaderName::from_static("x-forwarded-proto"),
        HeaderValue::from_static(if downstream.is_tls { "https" } else { "http" }),
    );
    if let Some(host) = client_host {
        headers.insert(HeaderName::from_static("x-forwarded-host"), host);
    }
    Ok(())
}

/// Returns whether a body has no transfer coding but `chunked`. The gateway would have to decode another one.
pub(crate) fn has_supported_framing(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(TRANSFER_ENCODING).iter();
    match (values.next(), values.next()) {
        (None, _) => true,
        (Some(value), None) => value.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}
