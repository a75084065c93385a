//! The key under which audit rows are authenticated. It is derived from the install key, so that no tag of a secret is ever
//! the authentication code of a row.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::install_key::InstallKey;

/// What the key is derived from. No secret has this length, so the result is never a tag.
const LABEL: &[u8] = b"keystile audit chain";

/// Computes authentication codes (HMAC-SHA-256) of audit rows.
#[derive(Clone)]
pub struct AuditKey(Hmac<Sha256>);

impl AuditKey {
    /// Derives the key of the installation that holds `key`.
    pub fn derive(key: &InstallKey) -> Self {
        let derived = start(key.expose()).chain_update(LABEL).finalize();
        Self(start(&derived.into_bytes()))
    }

    /// Returns the authentication code of a message.
    pub fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mac = self.0.clone().chain_update(message).finalize();
        mac.into_bytes().into()
    }
}

fn start(key: &[u8]) -> Hmac<Sha256> {
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes a key of any length; 32 bytes cannot be refused"
    )]
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    mac
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey")
    }
}
