//! The key of one installation, under which secrets are tagged. Never stored in the database or in a backup of it.

use std::fmt;

use rand::TryCryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::random::{self, RandomnessError};

/// 32 random bytes, wiped when dropped. Cannot be cloned, printed, or serialized.
pub struct InstallKey(Box<Zeroizing<[u8; 32]>>);

impl InstallKey {
    /// Generates a random key.
    ///
    /// # Errors
    /// The random number generator failed.
    pub fn generate(random: &mut impl TryCryptoRng) -> Result<Self, RandomnessError> {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        random::fill(random, key.0.as_mut_slice())?;
        Ok(key)
    }

    /// Wraps the stored bytes. The caller wipes their source.
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let key = Self(Box::new(Zeroizing::new(bytes)));
        bytes.zeroize();
        key
    }

    /// Returns the bytes. Only for the file of the install key.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for InstallKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallKey")
    }
}
