//! Who the presenter of a key is, in the four headers that an API behind a proxy reads. Forward-auth answers with them, the
//! gateway adds them to the request.

use hyper::header::{HeaderName, HeaderValue};
use keystile_verifier::KnownKey;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Who the presenter is, for the API behind the proxy. Names are percent-encoded UTF-8.
pub(crate) const IDENTITY: [HeaderName; 4] = [
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

/// The headers for this key. Escaped text and ids always fit into one; `None` would be a defect.
pub fn identity(key: &KnownKey) -> [(HeaderName, Option<HeaderValue>); 4] {
    let escaped = |name| utf8_percent_encode(name, ESCAPED);
    let environment = format!(
        "{}/{}",
        escaped(&key.project_name),
        escaped(&key.environment_name)
    );
    let [id, name, place, permissions] = IDENTITY;
    [
        (id, HeaderValue::from_str(key.id.as_str()).ok()),
        (
            name,
            HeaderValue::try_from(escaped(&key.name).to_string()).ok(),
        ),
        (place, HeaderValue::try_from(environment).ok()),
        (
            permissions,
            Some(HeaderValue::from_static(key.permissions.scope())),
        ),
    ]
}
