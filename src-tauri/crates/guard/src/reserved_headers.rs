//! Headers that only a proxy may set: about the client, the route of a request, or another path or method. Names are
//! normalized as CGI does, with `-` for every other character, so that no other spelling passes.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING};
use keystile_policy::is_method_override;

use crate::problem::Problem;

/// Names that a client must not set, in addition to the reserved prefixes.
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
/// Prefixes of names that a client must not set.
const RESERVED_PREFIXES: [&str; 7] = [
    "x-envoy-",
    "x-forward",
    "x-keystile",
    "x-original-",
    "x-rewrite-",
    "x-arr-",
    "x-accel-",
];

/// Headers that a load balancer in front of the proxy may set, or that the proxy sets for forward-auth. The generated
/// configurations remove each of them before a request reaches the upstream.
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
/// Headers that proxies overwrite.
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

/// Returns whether a header name consists of letters, digits, and `-`.
pub fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Returns whether a client must not send a header of this name. A name with another character than letters, digits,
/// and `-` is always reserved: CGI cannot tell it from one with `-`, no common client sends one, and nginx drops them
/// by default.
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

/// Rejects headers that an upstream could mistake for those of Keystile or of the proxy: reserved names in any
/// spelling, lookalikes of `X-API-KEY`, `Authorization`, and the framing headers, and a `Connection` header that
/// removes identity headers. Since a proxy sends the client's headers along with its own, some names are allowed in
/// their plain spelling, and the generated configurations replace or remove them: headers that proxies overwrite,
/// [`REMOVED_HEADERS`], method overrides (which require `write`), and names for which `is_sent_by_proxy` returns true.
///
/// # Errors
/// `reserved_header`.
pub fn reject_reserved_headers(
    headers: &HeaderMap,
    is_sent_by_proxy: impl Fn(&str) -> bool,
) -> Result<(), Problem> {
    for (name, value) in headers {
        let text = name.as_str();
        let is_forbidden = if is_plain(text) {
            is_reserved(name)
                && !is_method_override(name)
                && !contains_name(&SENT_BY_PROXIES, text)
                && !contains_name(&REMOVED_HEADERS, text)
                && !is_sent_by_proxy(text)
        } else {
            resembles_reserved(&cgi_name(text))
        };
        if is_forbidden {
            return Err(Problem::reserved_header());
        }
        let removes_identity = (*name == CONNECTION || text == "x-original-connection")
            && names_identity(value.as_bytes());
        if removes_identity {
            return Err(Problem::reserved_header());
        }
    }
    Ok(())
}

fn contains_name(names: &[&str], name: &str) -> bool {
    names.iter().any(|listed| listed.eq_ignore_ascii_case(name))
}

/// Returns whether a CGI-normalized name is reserved, carries a key, or frames a body.
fn resembles_reserved(name: &str) -> bool {
    is_reserved_name(name)
        || name == "x-api-key"
        || name == AUTHORIZATION.as_str()
        || name == CONTENT_LENGTH.as_str()
        || name == TRANSFER_ENCODING.as_str()
}

fn cgi_name(name: &str) -> Cow<'_, str> {
    if is_plain(name) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.replace(|character: char| !character.is_ascii_alphanumeric(), "-"))
    }
}

/// Returns whether a `Connection` value names an identity or forwarding header, which would then be removed.
fn names_identity(value: &[u8]) -> bool {
    value.split(|byte| *byte == b',').any(|token| {
        let token = String::from_utf8_lossy(token.trim_ascii()).to_ascii_lowercase();
        let token = cgi_name(&token).into_owned();
        token.starts_with("x-keystile") || token.starts_with("x-forward") || token == "host"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_headers_are_sorted() {
        assert!(
            RESERVED_HEADERS.is_sorted(),
            "binary search needs sorted names"
        );
    }
}
