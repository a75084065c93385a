//! Public ids: 12 random base62 characters. Not secret. One type for each kind of object, so that ids cannot be mixed
//! up.

use std::fmt;
use std::str::FromStr;

use rand::TryCryptoRng;
use thiserror::Error;

use crate::base62;
use crate::random::{self, RandomnessError};

/// Characters of an id: 62¹² ≈ 2⁷¹ values, so random ids do not collide.
pub(crate) const LENGTH: usize = 12;

/// The text is not an id.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("an id is exactly 12 letters and digits")]
pub struct ParseIdError;

fn generate(random: &mut impl TryCryptoRng) -> Result<[u8; LENGTH], RandomnessError> {
    // 248 is the largest multiple of 62 in a byte; accepting more would favor the first eight characters. A block of 48
    // bytes yields fewer than 12 characters with a probability below 2⁻¹⁰⁰.
    for _ in 0..4 {
        let mut block = [0u8; 48];
        random::fill(random, &mut block)?;
        let mut characters = block
            .iter()
            .filter(|byte| **byte < 248)
            .map(|byte| base62::ALPHABET[usize::from(*byte) % 62]);
        let id = [(); LENGTH].map(|()| characters.next());
        if id.iter().all(Option::is_some) {
            return Ok(id.map(Option::unwrap_or_default));
        }
    }
    Err(RandomnessError::from_cause(
        "the generator returned too few usable bytes for an id",
    ))
}

fn parse(text: &str) -> Result<[u8; LENGTH], ParseIdError> {
    let characters: [u8; LENGTH] = text.as_bytes().try_into().map_err(|_| ParseIdError)?;
    if characters.iter().all(|c| base62::value(*c).is_some()) {
        Ok(characters)
    } else {
        Err(ParseIdError)
    }
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; LENGTH]);

        impl $name {
            /// Generates a random id.
            ///
            /// # Errors
            /// The random number generator failed.
            pub fn generate(random: &mut impl TryCryptoRng) -> Result<Self, RandomnessError> {
                generate(random).map(Self)
            }

            /// Returns the 12 characters as bytes.
            pub fn as_bytes(&self) -> &[u8; LENGTH] {
                &self.0
            }

            /// Returns the 12 characters.
            pub fn as_str(&self) -> &str {
                // Only ASCII is ever stored, so the default is never used.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }
    };
}

id_type!(
    /// The id of a key, which is part of its text.
    KeyId
);
id_type!(
    /// The id of an environment.
    EnvironmentId
);
id_type!(
    /// The id of a project.
    ProjectId
);
