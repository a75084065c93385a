//! Which headers of a request reach the API. What belongs to one connection ends here, and so does whatever the gateway
//! itself says: a caller cannot say it first. Names are compared as some APIs read them, with any sign for `-`.

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderName, HeaderValue,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use keystile_guard::{identity_headers, key_like_words};
use keystile_keys::{KeyFormError, PresentedKey};
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

/// What a caller must not say: who it is, by which way it came, and that its method or its path
/// means another.
const OURS: [&str; 17] = [
    "x-api-key",
    "forwarded",
    "x-original-forwarded-for",
    "x-original-host",
    "x-real-ip",
    "client-ip",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-method",
    "x-original-method",
    // Some APIs take these for the path, and so for another route than was decided about.
    "x-original-url",
    "x-original-uri",
    "x-rewrite-url",
];
/// How names begin that only the gateway or a proxy says. Under the second one, proxies also say who a caller is.
const OURS_BEGIN: [&str; 2] = ["x-keystile-", "x-forwarded"];
/// The most headers that the gateway adds: four of the key, three of the way, and the host.
const SAID_BY_US: usize = 8;
/// By which the sender of a request finds what was decided about it.
pub(crate) const TRACE: HeaderName = HeaderName::from_static("x-keystile-trace");
/// Characters of a trace.
const LONGEST_TRACE: usize = 64;

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
    let is_one = text.len() <= LONGEST_TRACE && text.bytes().all(|byte| byte.is_ascii_graphic());
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

/// Takes out what belongs to one connection, also what `Connection` itself names.
pub(crate) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    remove(headers, |_| false);
}

/// Takes that out, and whatever else is `meant`. One look at each line that is there, not one for each name that might be.
fn remove(headers: &mut HeaderMap, meant: impl Fn(&HeaderName) -> bool) {
    let named = tokens(headers)
        .filter_map(|token| token.parse().ok())
        // The host belongs to the request, whatever its sender says.
        .filter(|name| *name != HOST);
    let there = headers
        .keys()
        .filter(|name| HOP_BY_HOP.contains(name) || meant(name))
        .cloned();
    let names: Vec<HeaderName> = named.chain(there).collect();
    for name in &names {
        headers.remove(name);
    }
}

/// What the API gets in the place of what the caller sent.
pub(crate) struct Told<'a> {
    /// The key that passed; `None` for a request that needs none.
    pub(crate) key: Option<&'a KeyInfo>,
    pub(crate) client: IpAddr,
    /// The API's own host.
    pub(crate) host: &'a str,
    /// Whether it sees the caller's all the same.
    pub(crate) keeps_host: bool,
}

/// Makes a caller's headers into those for the API.
pub(crate) fn pass_on(headers: &mut HeaderMap, told: &Told<'_>) {
    let asked_host = headers.get(HOST).cloned();
    // An accepted request shows one key, so a bearer token is that key. Anything else is the API's own, unless it is a key
    // all the same.
    let is_accepted = told.key.is_some();
    let holds_key = headers.get_all(AUTHORIZATION).iter().any(|value| {
        let value = value.as_bytes();
        (is_accepted && is_bearer(value)) || holds_nearly_a_key(value)
    });
    remove(headers, |name| {
        is_ours(name) || (holds_key && *name == AUTHORIZATION)
    });
    // Room for all that follows, made once.
    headers.reserve(SAID_BY_US);
    for (name, value) in told.key.map(identity_headers).into_iter().flatten() {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    // An address always fits into a header.
    if let Ok(client) = HeaderValue::try_from(told.client.to_string()) {
        headers.insert(HeaderName::from_static("x-forwarded-for"), client);
    }
    headers.insert(
        HeaderName::from_static("x-forwarded-proto"),
        HeaderValue::from_static("http"),
    );
    if let Some(host) = asked_host {
        headers.insert(HeaderName::from_static("x-forwarded-host"), host);
    }
    // An endpoint's host always fits into a header.
    if !told.keeps_host
        && let Ok(host) = HeaderValue::from_str(told.host)
    {
        headers.insert(HOST, host);
    }
}

/// Whether a caller must not say that. An API that makes variables of names reads `_` for every sign in them, and so two
/// names as one: there, what tells where a body ends must not be said in another spelling either.
fn is_ours(name: &HeaderName) -> bool {
    let is_ours =
        |read: &str| OURS_BEGIN.iter().any(|begin| read.starts_with(begin)) || OURS.contains(&read);
    let name = name.as_str();
    let is_sign = |sign: char| !sign.is_ascii_alphanumeric() && sign != '-';
    if !name.contains(is_sign) {
        return is_ours(name);
    }
    let read = name.replace(is_sign, "-");
    is_ours(&read)
        || read == CONTENT_LENGTH.as_str()
        || HOP_BY_HOP.iter().any(|own| own.as_str() == read)
}

/// Whether a body comes in chunks and in no other coding, or says its length. Any other coding would end here, and its body
/// reach the API as something else than was sent.
pub(crate) fn has_a_plain_body(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(TRANSFER_ENCODING).iter();
    match (lines.next(), lines.next()) {
        (None, _) => true,
        (Some(line), None) => line.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}

fn is_bearer(value: &[u8]) -> bool {
    value
        .split(|byte| *byte == b' ')
        .next()
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer"))
}

/// Also a mistyped key: it is nearly one, and nobody else's token looks like it.
fn holds_nearly_a_key(value: &[u8]) -> bool {
    key_like_words(value).any(|word| match PresentedKey::parse(word) {
        Ok(_) | Err(KeyFormError::ChecksumMismatch | KeyFormError::OutOfRange) => true,
        Err(_) => false,
    })
}
