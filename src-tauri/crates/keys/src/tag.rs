//! The fast digest of a secret: HMAC-SHA-256 under the install key.
//! The verifier compares it before anything slow, so that a flood of bad keys costs nothing.
//! It is a cache: when the install key is lost, `hash` still proves the secret and a new tag is made.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::install_key::InstallKey;
use crate::secret::Secret;

/// What the database keeps to recognise a secret. `==` takes the same time wherever two tags differ.
#[derive(Clone, Copy)]
pub struct Tag([u8; 32]);

impl Secret {
    /// The tag of this secret in the installation that holds `key`.
    pub fn tag(&self, key: &InstallKey) -> Tag {
        #[expect(
            clippy::expect_used,
            reason = "HMAC takes a key of any length; 32 bytes cannot be refused"
        )]
        let mut mac = Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes any key");
        mac.update(self.expose());
        Tag(mac.finalize().into_bytes().into())
    }
}

impl Tag {
    /// A tag as it was stored.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to be stored.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Tag {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Tag {}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag")
    }
}
