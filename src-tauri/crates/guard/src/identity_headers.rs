//! The four headers that tell an API whose key a request carried. Forward-auth answers with them; the gateway adds them to
//! the request.

use crate::problem::Problem;
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use keystile_verifier::KeyInfo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Who the presenter is, for the API behind the proxy. Names are percent-encoded UTF-8.
const IDENTITY: [HeaderName; 4] = [
    HeaderName::from_static("x-keystile-key-id"),
    HeaderName::from_static("x-keystile-key-name"),
    HeaderName::from_static("x-keystile-environment"),
    HeaderName::from_static("x-keystile-permissions"),
];

/// Everything but RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the headers for this key.
///
/// # Errors
/// `internal`; escaped text and ids always fit into a header, so this would be a defect.
pub fn identity_headers(key: &KeyInfo) -> Result<[(HeaderName, HeaderValue); 4], Problem> {
    let anew;
    let written = match key.derived.get(|| EncodedIdentity::new(key)) {
        Some(written) => written,
        None => {
            anew = EncodedIdentity::new(key);
            &anew
        }
    };
    // A copy for each answer, in one piece of memory: were it shared, the cores would wait for each other to count who
    // holds it.
    let text = Bytes::copy_from_slice(written.text.as_bytes());
    let part =
        |range| HeaderValue::from_maybe_shared(text.slice(range)).map_err(|_| Problem::internal());
    let (name_at, environment_at) = (written.name_at, written.environment_at);
    let [id, name, environment, permissions] = IDENTITY;
    Ok([
        (id, part(0..name_at)?),
        (name, part(name_at..environment_at)?),
        (environment, part(environment_at..text.len())?),
        (
            permissions,
            HeaderValue::from_static(key.permissions.scope()),
        ),
    ])
}

/// Id, name and environment as they are sent, one after the other.
struct EncodedIdentity {
    text: Box<str>,
    name_at: usize,
    environment_at: usize,
}

impl EncodedIdentity {
    fn new(key: &KeyInfo) -> Self {
        let escaped = |name| utf8_percent_encode(name, ESCAPED);
        let id = key.id.as_str();
        let name = format!("{id}{}", escaped(&key.name));
        let (project, environment) = (escaped(&key.project_name), escaped(&key.environment_name));
        Self {
            name_at: id.len(),
            environment_at: name.len(),
            text: format!("{name}{project}/{environment}").into(),
        }
    }
}
