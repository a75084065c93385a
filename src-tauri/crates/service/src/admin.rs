//! The admin token: who may ask as the owner. Compared in constant time by its digest, so that neither its length nor
//! where it differs can be measured.

use hyper::HeaderMap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use keystile_guard::Problem;
use keystile_guard::bearer_token;

/// The digest of the token, if there is one.
pub(crate) struct Admin(Option<[u8; 32]>);

fn digest(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl Admin {
    pub(crate) fn new(token: Option<&str>) -> Self {
        Self(token.map(|token| digest(token.as_bytes())))
    }

    /// Whether this request may ask as the owner. Without a token everybody on this machine may.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(wanted) = &self.0 else {
            return Ok(());
        };
        let shown = bearer_token(headers)?.ok_or_else(Problem::admin_token_missing)?;
        if bool::from(digest(shown.as_bytes()).ct_eq(wanted)) {
            return Ok(());
        }
        Err(Problem::admin_token_wrong())
    }
}
