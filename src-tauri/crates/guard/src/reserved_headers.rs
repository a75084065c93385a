//! Headers that only a proxy may set: who the client is, by which way a request came, and which path or method it means.
//! Names are compared as CGI and its successors read them, with `-` for every other sign, so that no spelling passes.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING};

use crate::problem::Problem;

/// Names that a client must not set.
const RESERVED: [&str; 43] = [
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

fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether a client must not send a header of this name to an API. A name with any sign but `-` is another spelling of
/// one without, to CGI and its successors; no common client sends one, and nginx drops them by default.
pub fn is_reserved(name: &HeaderName) -> bool {
    let name = name.as_str();
    !is_plain(name)
        || RESERVED.binary_search(&name).is_ok()
        || RESERVED_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Rejects a request with headers that an API behind a proxy could take for those of Keystile: lookalikes of the identity
/// headers, of `X-API-KEY`, of a method override or of a body's length, and a `Connection` header that removes identity
/// headers on the way. For proxies that cannot remove headers by pattern.
///
/// # Errors
/// `header_forbidden`.
pub fn reject_lookalike_headers(headers: &HeaderMap) -> Result<(), Problem> {
    for (name, value) in headers {
        let name = name.as_str();
        let read = read_as_cgi(name);
        let is_lookalike = *read != *name
            && (read.starts_with("x-keystile")
                || *read == *"x-api-key"
                || *read == *"authorization"
                || *read == *CONTENT_LENGTH.as_str()
                || *read == *TRANSFER_ENCODING.as_str()
                || read.starts_with("x-forward")
                || RESERVED.binary_search(&&*read).is_ok());
        let is_path_override = matches!(
            &*read,
            "script-name" | "path-info" | "daphne-root-path" | "root-path" | "x-script-name"
        );
        if is_lookalike || is_path_override {
            return Err(Problem::header_forbidden());
        }
        let removes_identity = (name == CONNECTION.as_str() || name == "x-original-connection")
            && names_identity(value.as_bytes());
        if removes_identity {
            return Err(Problem::header_forbidden());
        }
    }
    Ok(())
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
        assert!(RESERVED.is_sorted(), "they are found by binary search");
    }
}
