//! The headers that identify the key of a request to the upstream. Forward-auth returns them in its response; the
//! gateway adds them to the request.

use crate::problem::Problem;
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use keystile_verifier::KeyInfo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The names of the headers. Values are percent-encoded UTF-8.
const IDENTITY: [HeaderName; 5] = [
    HeaderName::from_static("x-keystile-key-id"),
    HeaderName::from_static("x-keystile-key-name"),
    HeaderName::from_static("x-keystile-environment"),
    HeaderName::from_static("x-keystile-permissions"),
    HeaderName::from_static("x-keystile-expires"),
];

/// Every character except RFC 3986's unreserved ones.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the headers for a key. That with its expiry contains a time (RFC 3339) or `never`, because a proxy may send
/// something else in place of a header that is missing.
///
/// # Errors
/// `internal_error`: a value is not valid in a header. Encoded names and ids always are.
pub fn identity_headers(key: &KeyInfo) -> Result<[(HeaderName, HeaderValue); 5], Problem> {
    let uncached;
    let encoded = match key.extensions.get_or_init(|| EncodedIdentity::new(key)) {
        Some(encoded) => encoded,
        None => {
            uncached = EncodedIdentity::new(key);
            &uncached
        }
    };
    // Each response gets a copy, in one allocation: cores would contend for a shared reference count.
    let text = Bytes::copy_from_slice(encoded.text.as_bytes());
    let part = |range| {
        HeaderValue::from_maybe_shared(text.slice(range)).map_err(|_| Problem::internal_error())
    };
    let (name_start, environment_start) = (encoded.name_start, encoded.environment_start);
    let expires_start = encoded.expires_start;
    let [id, name, environment, permissions, expires] = IDENTITY;
    let expiry = match key.expires_at {
        Some(_) => part(expires_start..text.len())?,
        None => HeaderValue::from_static("never"),
    };
    Ok([
        (id, part(0..name_start)?),
        (name, part(name_start..environment_start)?),
        (environment, part(environment_start..expires_start)?),
        (
            permissions,
            HeaderValue::from_static(key.permissions.scope()),
        ),
        (expires, expiry),
    ])
}

/// The encoded id, name, environment, and expiry of a key, concatenated.
struct EncodedIdentity {
    text: Box<str>,
    name_start: usize,
    environment_start: usize,
    expires_start: usize,
}

impl EncodedIdentity {
    fn new(key: &KeyInfo) -> Self {
        let escaped = |name| utf8_percent_encode(name, ESCAPED);
        let id = key.id.as_str();
        let name = format!("{id}{}", escaped(&key.name));
        let (project, environment) = (escaped(&key.project_name), escaped(&key.environment_name));
        let names = format!("{name}{project}/{environment}");
        let expires = key
            .expires_at
            .map_or_else(String::new, |at| at.floor_to_secs().to_string());
        Self {
            name_start: id.len(),
            environment_start: name.len(),
            expires_start: names.len(),
            text: format!("{names}{expires}").into(),
        }
    }
}
