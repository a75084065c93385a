//! The 32 random bytes that a key proves itself with.
//! Plain keys hold them; `hash` and `tag` turn them into what may be stored.
//! It cannot be cloned, compared, shown or serialized, and it is wiped when dropped. It never grows a way out but `expose`.

use std::fmt;

use rand::TryCryptoRng;
use zeroize::Zeroizing;

use crate::random::{self, RandomnessError};

/// Bytes of a secret.
pub(crate) const LENGTH: usize = 32;

/// The secret of a key. It lies on the heap, so that moving it leaves no copy behind on the stack.
pub struct Secret(Box<Zeroizing<[u8; LENGTH]>>);

impl Secret {
    pub(crate) fn generate(random: &mut impl TryCryptoRng) -> Result<Self, RandomnessError> {
        let mut secret = Self::blank();
        random::fill(random, secret.bytes_mut())?;
        Ok(secret)
    }

    /// Thirty-two zeroes to be filled in place.
    pub(crate) fn blank() -> Self {
        Self(Box::new(Zeroizing::new([0; LENGTH])))
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; LENGTH] {
        &mut self.0
    }

    /// The bytes themselves. Whoever asks must not keep, log or send them.
    pub fn expose(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
