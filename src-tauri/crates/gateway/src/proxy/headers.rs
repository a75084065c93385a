//! Which headers of a request reach the API. What belongs to one connection is removed, and so is what only the gateway may
//! say: who the client is, by which way the request came, and which path or method it means.

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{
    AUTHORIZATION, CONNECTION, EXPECT, HOST, HeaderName, HeaderValue, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use keystile_guard::{KeyExtractor, Problem, identity_headers, is_reserved};
use keystile_verifier::KeyInfo;

/// Headers of one connection (RFC 9110, 7.6.1), and `Expect`, which the gateway has answered itself.
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

/// The most headers that the gateway adds: four of the key, three of the way, and the host that the connection adds.
const MAX_ADDED_HEADERS: usize = 8;
/// By which the sender of a request finds what was decided about it.
pub const TRACE: HeaderName = HeaderName::from_static("x-keystile-trace");
/// Characters of a trace.
const MAX_TRACE_LENGTH: usize = 64;

/// The WebSocket that is asked for or agreed to. No other upgrade is passed on: behind one to HTTP/2 a caller could say
/// what the gateway alone may say.
pub(crate) fn websocket(headers: &HeaderMap) -> Option<HeaderValue> {
    let is_meant = tokens(headers).any(|token| token.eq_ignore_ascii_case("upgrade"));
    headers
        .get(UPGRADE)
        .filter(|protocol| is_meant && protocol.as_bytes().eq_ignore_ascii_case(b"websocket"))
        .cloned()
}

/// Says that this connection becomes one of `protocol`.
pub(crate) fn upgrade(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, protocol);
}

/// By what the sender of a request finds its decision: a short visible text.
pub(crate) fn trace(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(TRACE)?.to_str().ok()?;
    let is_one = text.len() <= MAX_TRACE_LENGTH && text.bytes().all(|byte| byte.is_ascii_graphic());
    (is_one && !text.is_empty()).then(|| text.to_owned())
}

/// The words of all `Connection` lines.
fn tokens(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
}

/// Removes what belongs to one connection, also what `Connection` itself names.
pub(crate) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    remove(headers, |_| false);
}

/// Removes that, and whatever else is `unwanted`. One look at each header that is there, not one for each name that might be.
fn remove(headers: &mut HeaderMap, unwanted: impl Fn(&HeaderName) -> bool) {
    let named = tokens(headers)
        .filter_map(|token| token.parse().ok())
        // The host belongs to the request, whatever its sender says.
        .filter(|name| *name != HOST);
    let there = headers
        .keys()
        .filter(|name| HOP_BY_HOP.contains(name) || unwanted(name))
        .cloned();
    let names: Vec<HeaderName> = named.chain(there).collect();
    for name in &names {
        headers.remove(name);
    }
}

/// By which way a request came.
pub(crate) struct ForwardedFor {
    pub(crate) client: IpAddr,
    /// Whether the client connected with TLS.
    pub(crate) is_tls: bool,
}

/// Makes a client's headers into those for the API. `key`: the one that authorized the request; `keys`: where requests carry
/// their keys.
///
/// # Errors
/// `internal`: the identity of the key fits into no header.
pub(crate) fn prepare(
    headers: &mut HeaderMap,
    key: Option<&KeyInfo>,
    keys: &KeyExtractor,
    forwarded_for: ForwardedFor,
) -> Result<(), Problem> {
    let client_host = headers.get(HOST).cloned();
    let removes_authorization = keys.removes_authorization(headers, key.is_some());
    remove(headers, |name| {
        is_reserved(name)
            || keys.is_key_header(name)
            || (removes_authorization && *name == AUTHORIZATION)
    });
    // Room for all that follows, made once.
    headers.reserve(MAX_ADDED_HEADERS);
    if let Some(key) = key {
        for (name, value) in identity_headers(key)? {
            headers.insert(name, value);
        }
    }
    // An address always fits into a header.
    if let Ok(client) = HeaderValue::try_from(forwarded_for.client.to_string()) {
        headers.insert(HeaderName::from_static("x-forwarded-for"), client);
    }
    headers.insert(
        HeaderName::from_static("x-forwarded-proto"),
        HeaderValue::from_static(if forwarded_for.is_tls {
            "https"
        } else {
            "http"
        }),
    );
    if let Some(host) = client_host {
        headers.insert(HeaderName::from_static("x-forwarded-host"), host);
    }
    Ok(())
}

/// Whether a body comes in chunks and in no other coding, or says its length. Any other coding would end here, and its body
/// reach the API as something else than was sent.
pub(crate) fn has_plain_body(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(TRANSFER_ENCODING).iter();
    match (lines.next(), lines.next()) {
        (None, _) => true,
        (Some(line), None) => line.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}
