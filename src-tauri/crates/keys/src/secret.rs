//! The secret of a key: 32 random bytes, wiped when dropped. It has no `Clone`, `Display`, `Serialize`, or comparison.
//! `secrecy` is not used: the secret types would remain as wrappers around `SecretBox`, and `SecretString` reallocates
//! its text.

use std::fmt;

use rand::TryCryptoRng;
use zeroize::Zeroizing;

use crate::random::{self, RandomnessError};

/// Bytes of a secret.
pub(crate) const LENGTH: usize = 32;

/// The secret of a key. It is on the heap, so that moving it leaves no copy on the stack.
pub struct Secret(Box<Zeroizing<[u8; LENGTH]>>);

impl Secret {
    pub(crate) fn generate(random: &mut impl TryCryptoRng) -> Result<Self, RandomnessError> {
        let mut secret = Self::zeroed();
        random::fill(random, secret.bytes_mut())?;
        Ok(secret)
    }

    /// Creates a zeroed secret, to be filled in place.
    pub(crate) fn zeroed() -> Self {
        Self(Box::new(Zeroizing::new([0; LENGTH])))
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; LENGTH] {
        &mut self.0
    }

    /// Returns the bytes. They must not be stored, logged, or sent.
    pub fn expose(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
