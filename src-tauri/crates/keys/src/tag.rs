//! Tags: HMAC-SHA-256 of a secret under the install key. A tag rejects a wrong secret before the slow hash is computed.
//! Tags can be recomputed from verified secrets when the install key is lost.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::install_key::InstallKey;
use crate::secret::{self, Secret};

/// The stored tag of a secret. `==` takes constant time.
#[derive(Clone, Copy)]
pub struct Tag([u8; 32]);

/// Computes tags. The install key is absorbed once, so that a tag costs two SHA-256 compressions instead of four.
#[derive(Clone)]
pub struct Tagger(Hmac<Sha256>);

/// Identifies an install key without revealing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstallKeyId([u8; 8]);

/// The message whose tag identifies an install key. No secret has this length.
const ID_MESSAGE: &[u8] = b"keystile install key";

impl Tagger {
    /// Creates a tagger for an install key.
    pub fn new(key: &InstallKey) -> Self {
        #[expect(clippy::expect_used, reason = "HMAC accepts a key of any length")]
        let mac = Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC accepts any key");
        Self(mac)
    }

    /// Computes the tag of a secret.
    pub fn tag(&self, secret: &Secret) -> Tag {
        self.tag_bytes(secret.expose())
    }

    pub(crate) fn tag_bytes(&self, secret: &[u8; secret::LENGTH]) -> Tag {
        Tag(self.mac(secret))
    }

    /// Returns the id of the install key.
    pub fn install_key_id(&self) -> InstallKeyId {
        let mut id = [0u8; 8];
        id.copy_from_slice(&self.mac(ID_MESSAGE)[..8]);
        InstallKeyId(id)
    }

    fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Tagger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tagger")
    }
}

impl InstallKeyId {
    /// Wraps stored bytes.
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes to store.
    pub fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl Secret {
    /// Computes the tag of this secret under an install key.
    pub fn tag(&self, key: &InstallKey) -> Tag {
        Tagger::new(key).tag(self)
    }
}

impl Tag {
    /// Wraps stored bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes to store.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Tag {
    fn eq(&self, other: &Self) -> bool {
        // Four words and one comparison: byte by byte, a verification would take a tenth longer.
        let mut difference = 0;
        for (one, another) in self.0.chunks_exact(8).zip(other.0.chunks_exact(8)) {
            let mut words = [[0; 8]; 2];
            words[0].copy_from_slice(one);
            words[1].copy_from_slice(another);
            difference |= u64::from_ne_bytes(words[0]) ^ u64::from_ne_bytes(words[1]);
        }
        difference.ct_eq(&0).into()
    }
}

impl Eq for Tag {}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag")
    }
}
