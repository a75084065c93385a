//! The four headers that identify the key of a request to the upstream. Forward-auth returns them in its response; the
//! gateway adds them to the request.

use crate::problem::Problem;
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use keystile_verifier::KeyInfo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The names of the headers. Values are percent-encoded UTF-8.
const IDENTITY: [HeaderName; 4] = [
    HeaderName::from_static("x-keystile-key-id"),
    HeaderName::from_static("x-keystile-key-name"),
    HeaderName::from_static("x-keystile-environment"),
    HeaderName::from_static("x-keystile-permissions"),
];

/// Every character except RFC 3986's unreserved ones.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the headers for a key.
///
/// # Errors
/// `internal_error`: a value is not valid in a header. Encoded names and ids always are.
pub fn identity_headers(key: &KeyInfo) -> Result<[(HeaderName, HeaderValue); 4], Problem> {
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
    let [id, name, environment, permissions] = IDENTITY;
    Ok([
        (id, part(0..name_start)?),
        (name, part(name_start..environment_start)?),
        (environment, part(environment_start..text.len())?),
        (
            permissions,
            HeaderValue::from_static(key.permissions.scope()),
        ),
    ])
}

/// The encoded id, name, and environment of a key, concatenated.
struct EncodedIdentity {
    text: Box<str>,
    name_start: usize,
    environment_start: usize,
}

impl EncodedIdentity {
    fn new(key: &KeyInfo) -> Self {
        let escaped = |name| utf8_percent_encode(name, ESCAPED);
        let id = key.id.as_str();
        let name = format!("{id}{}", escaped(&key.name));
        let (project, environment) = (escaped(&key.project_name), escaped(&key.environment_name));
        Self {
            name_start: id.len(),
            environment_start: name.len(),
            text: format!("{name}{project}/{environment}").into(),
        }
    }
}
