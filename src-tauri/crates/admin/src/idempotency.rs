//! The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that is sent again creates no
//! second key.

use keystile_guard::Problem;
use keystile_keys::{KeyId, os_random};
use sha2::{Digest, Sha256};

use crate::access::Access;
use crate::json_body::JsonBody;

const HEADER: &str = "idempotency-key";
const MAX_BYTES: usize = 255;

/// Identifies a request that may be sent again.
#[derive(Debug, Clone)]
pub(crate) struct RequestIdentity {
    /// The idempotency key for the registry: 64 hexadecimal digits.
    pub(crate) idempotency_key: String,
    /// The digest of the body. A request with the same key must have the same.
    pub(crate) content: [u8; 32],
    /// Whether another request can have the same identity.
    pub(crate) is_repeatable: bool,
}

impl RequestIdentity {
    /// Creates the identity of a request about `target`: the id of an environment in which a key is created, or of a key
    /// that is rotated. Clients with access to other projects have other identities. Without the header, it is random.
    ///
    /// # Errors
    /// `invalid_body` for an invalid header.
    pub(crate) fn new(request: &JsonBody, access: Access, target: &str) -> Result<Self, Problem> {
        let content = Sha256::digest(&*request.bytes).into();
        let mut values = request.headers.get_all(HEADER).iter();
        let value = match (values.next(), values.next()) {
            (None, _) => {
                let id = KeyId::generate(&mut os_random());
                let id = id.map_err(|_| Problem::internal_error())?;
                return Ok(Self {
                    idempotency_key: format!("admin-api-{id}"),
                    content,
                    is_repeatable: false,
                });
            }
            (Some(value), None) => value.to_str().map_err(|_| invalid())?,
            (Some(_), Some(_)) => return Err(invalid()),
        };
        // A string of RFC 9651. Many clients leave out its quotes.
        let quoted = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        let key = quoted.unwrap_or(value);
        let is_valid = key
            .bytes()
            .all(|byte| byte.is_ascii_graphic() || byte == b' ')
            && !key.contains(['"', '\\']);
        if key.is_empty() || key.len() > MAX_BYTES || !is_valid {
            return Err(invalid());
        }
        Ok(Self {
            idempotency_key: hex(Sha256::digest(format!("{access:?} {target} {key}"))),
            content,
            is_repeatable: true,
        })
    }
}

fn hex(digest: impl AsRef<[u8]>) -> String {
    let digits = digest.as_ref().iter();
    digits.map(|byte| format!("{byte:02x}")).collect()
}

fn invalid() -> Problem {
    Problem::invalid_body("Send one Idempotency-Key of 1 to 255 printable ASCII characters.")
        .with_detail("Invalid Idempotency-Key header.")
}
