//! Headers that only a proxy may set: who the client is, by which way a request came, and which path or method it means.
//! Names are compared as CGI and its successors read them, with `-` for every other sign, so that no spelling passes.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING};
use keystile_policy::is_method_override;

use crate::problem::Problem;

/// Names that a client must not set, beside those with a reserved beginning.
pub const RESERVED_HEADERS: [&str; 43] = [
    "base-url",
    "cf-connecting-ip",
    "client-ip",
    "cluster-client-ip",
    "daphne-root-path",
    "fastly-client-ip",
    "forwarded",
    "forwarded-for",
    "forwarded-host",
    "forwarded-proto",
    "front-end-https",
    "http-method-override",
    "method-override",
    "path-info",
    "path-translated",
    "proxy",
    "redirect-url",
    "remote-addr",
    "remote-user",
    "request-method",
    "request-uri",
    "root-path",
    "script-filename",
    "script-name",
    "server-name",
    "true-client-ip",
    "unencoded-url",
    "url-scheme",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-http-method",
    "x-http-method-override",
    "x-http-override",
    "x-ingress-path",
    "x-method",
    "x-method-override",
    "x-override-method",
    "x-override-url",
    "x-proxyuser-ip",
    "x-real-ip",
    "x-root-path",
    "x-script-name",
    "x-url-scheme",
];
/// Beginnings of names that a client must not set.
const RESERVED_PREFIXES: [&str; 7] = [
    "x-envoy-",
    "x-forward",
    "x-keystile",
    "x-original-",
    "x-rewrite-",
    "x-arr-",
    "x-accel-",
];

/// Headers about a request's way that a proxy or load balancer in front of the proxy may set, or that say what the proxy
/// tells the check. The proxies' configurations remove each of them before a request reaches the API.
pub const REMOVED_HEADERS: [&str; 31] = [
    "CF-Connecting-IP",
    "Client-IP",
    "Cluster-Client-IP",
    "Fastly-Client-IP",
    "Front-End-Https",
    "True-Client-IP",
    "X-ARR-LOG-ID",
    "X-ARR-SSL",
    "X-Client-IP",
    "X-Cluster-Client-IP",
    "X-Envoy-Attempt-Count",
    "X-Envoy-Expected-Rq-Timeout-Ms",
    "X-Envoy-External-Address",
    "X-Forwarded",
    "X-Forwarded-By",
    "X-Forwarded-Client-Cert",
    "X-Forwarded-Method",
    "X-Forwarded-Prefix",
    "X-Forwarded-Scheme",
    "X-Forwarded-Server",
    "X-Forwarded-Ssl",
    "X-Forwarded-Uri",
    "X-Original-Connection",
    "X-Original-Forwarded-For",
    "X-Original-Host",
    "X-Original-Method",
    "X-Original-URI",
    "X-Original-URL",
    "X-Original-Upgrade",
    "X-ProxyUser-IP",
    "X-Url-Scheme",
];
/// Headers that proxies set themselves over whatever their client sent.
const SENT_BY_PROXIES: [&str; 10] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-keystile-environment",
    "x-keystile-key-id",
    "x-keystile-key-name",
    "x-keystile-permissions",
    "x-real-ip",
];

fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether a client must not send a header of this name to an API. A name with any sign but `-` is another spelling of
/// one without, to CGI and its successors; no common client sends one, and nginx drops them by default.
pub fn is_reserved(name: &HeaderName) -> bool {
    let name = name.as_str();
    !is_plain(name) || is_reserved_name(name)
}

fn is_reserved_name(name: &str) -> bool {
    RESERVED_HEADERS.binary_search(&name).is_ok()
        || RESERVED_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Rejects a request with headers that an API behind a proxy could take for those of Keystile or of the proxy: reserved
/// names in any spelling, lookalikes of `X-API-KEY` and of a body's length, and a `Connection` header that removes identity
/// headers on the way. A proxy sends the client's headers along with its own, so what proxies set, [`REMOVED_HEADERS`],
/// method overrides (which require `write`) and names for which `is_sent_by_proxy` holds are not rejected in their plain
/// spelling; the proxies' configurations replace or remove them.
///
/// # Errors
/// `header_forbidden`.
pub fn reject_reserved_headers(
    headers: &HeaderMap,
    is_sent_by_proxy: impl Fn(&str) -> bool,
) -> Result<(), Problem> {
    for (name, value) in headers {
        let text = name.as_str();
        let is_forbidden = if is_plain(text) {
            is_reserved(name)
                && !is_method_override(name)
                && !is_listed(&SENT_BY_PROXIES, text)
                && !is_listed(&REMOVED_HEADERS, text)
                && !is_sent_by_proxy(text)
        } else {
            resembles_reserved(&read_as_cgi(text))
        };
        if is_forbidden {
            return Err(Problem::header_forbidden());
        }
        let removes_identity = (*name == CONNECTION || text == "x-original-connection")
            && names_identity(value.as_bytes());
        if removes_identity {
            return Err(Problem::header_forbidden());
        }
    }
    Ok(())
}

fn is_listed(names: &[&str], wanted: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(wanted))
}

/// Whether a name means a reserved header, a key or the length of a body to those who read every sign as `-`.
fn resembles_reserved(read: &str) -> bool {
    is_reserved_name(read)
        || read == "x-api-key"
        || read == AUTHORIZATION.as_str()
        || read == CONTENT_LENGTH.as_str()
        || read == TRANSFER_ENCODING.as_str()
}

fn read_as_cgi(name: &str) -> Cow<'_, str> {
    if is_plain(name) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.replace(|sign: char| !sign.is_ascii_alphanumeric(), "-"))
    }
}

/// Whether a `Connection` value names a header by which an API learns who sends a request, or what was forwarded.
fn names_identity(value: &[u8]) -> bool {
    value.split(|byte| *byte == b',').any(|token| {
        let token = String::from_utf8_lossy(token.trim_ascii()).to_ascii_lowercase();
        let token = read_as_cgi(&token).into_owned();
        token.starts_with("x-keystile") || token.starts_with("x-forward") || token == "host"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_sorted() {
        assert!(
            RESERVED_HEADERS.is_sorted(),
            "they are found by binary search"
        );
    }
}
