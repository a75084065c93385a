//! The fast digest of a secret: HMAC-SHA-256 under the install key.
//! The verifier compares it before anything slow, so that a flood of bad keys costs nothing.
//! It is a cache: when the install key is lost, `hash` still proves the secret and a new tag is made.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::install_key::InstallKey;
use crate::secret::{self, Secret};

/// What the database keeps to recognise a secret. `==` takes the same time wherever two tags differ.
#[derive(Clone, Copy)]
pub struct Tag([u8; 32]);

/// Makes tags. The install key is worked in once, so that a tag costs two rounds of SHA-256 and not four.
#[derive(Clone)]
pub struct Tagger(Hmac<Sha256>);

/// Which install key a tag was made under, without telling anything about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstallKeyId([u8; 8]);

/// What is tagged to tell install keys apart. No secret: those are 32 bytes long.
const MARKED_TEXT: &[u8] = b"keystile install key";

impl Tagger {
    /// For the installation that holds `key`.
    pub fn new(key: &InstallKey) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "HMAC takes a key of any length; 32 bytes cannot be refused"
        )]
        let mac = Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes any key");
        Self(mac)
    }

    /// The tag of a secret.
    pub fn tag(&self, secret: &Secret) -> Tag {
        self.tag_bytes(secret.expose())
    }

    pub(crate) fn tag_bytes(&self, secret: &[u8; secret::LENGTH]) -> Tag {
        Tag(self.of(secret))
    }

    /// The mark of the install key.
    pub fn install_key_id(&self) -> InstallKeyId {
        let mut mark = [0u8; 8];
        mark.copy_from_slice(&self.of(MARKED_TEXT)[..8]);
        InstallKeyId(mark)
    }

    fn of(&self, text: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(text);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Tagger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tagger")
    }
}

impl InstallKeyId {
    /// A mark as it was stored.
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The bytes to be stored.
    pub fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl Secret {
    /// The tag of this secret in the installation that holds `key`.
    pub fn tag(&self, key: &InstallKey) -> Tag {
        Tagger::new(key).tag(self)
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
        // Four words, then one comparison: byte by byte the whole check would take a tenth longer.
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
