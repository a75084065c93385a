//! The key that authenticates audit rows. It is derived from the install key, so that no tag of a secret is ever the
//! authentication code of a row.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::install_key::InstallKey;

/// Input of the key derivation. No secret has this length, so the result is never a tag.
const LABEL: &[u8] = b"keystile audit chain";

/// Computes authentication codes (HMAC-SHA-256) of audit rows.
#[derive(Clone)]
pub struct AuditKey(Hmac<Sha256>);

impl AuditKey {
    /// Derives the audit key from the install key.
    pub fn derive(key: &InstallKey) -> Self {
        let derived = hmac(key.expose()).chain_update(LABEL).finalize();
        Self(hmac(&derived.into_bytes()))
    }

    /// Returns the authentication code of a message.
    pub fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mac = self.0.clone().chain_update(message).finalize();
        mac.into_bytes().into()
    }
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC accepts a key of any length")]
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC accepts any key");
    mac
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey")
    }
}
