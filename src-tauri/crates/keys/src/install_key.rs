//! The key of one installation, under which tags are made.
//! The store reads and writes it as a file beside the database; it is in no row, backup or export.
//! It does not know that file.

use std::fmt;

use rand::TryCryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::random::{self, RandomnessError};

/// 32 random bytes, wiped when dropped; it cannot be cloned, shown or serialized.
pub struct InstallKey(Box<Zeroizing<[u8; 32]>>);

impl InstallKey {
    /// Draws a new one; fails only when the generator does.
    pub fn generate(random: &mut impl TryCryptoRng) -> Result<Self, RandomnessError> {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        random::fill(random, key.0.as_mut_slice())?;
        Ok(key)
    }

    /// Takes the bytes of an installation that exists already. The caller wipes where they came from.
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let key = Self(Box::new(Zeroizing::new(bytes)));
        bytes.zeroize();
        key
    }

    /// The bytes, to be written to the installation's own file and nowhere else.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for InstallKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallKey")
    }
}
