//! The public names of things: 12 base62 characters, drawn at random, compared exactly.
//! Rows, lists, logs and the written form of a key carry them; they are no secrets.
//! Three types, so that an environment's id cannot be passed where a key's is wanted.
//! A new kind of thing gets one line at the end.

use std::fmt;
use std::str::FromStr;

use rand::TryCryptoRng;
use thiserror::Error;

use crate::base62;
use crate::random::{self, RandomnessError};

/// Characters of an id: 62¹² ≈ 2⁷¹ values, so two at random do not meet.
pub(crate) const LENGTH: usize = 12;

/// The text is not an id.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("an id is exactly 12 letters and digits")]
pub struct ParseIdError;

fn draw(random: &mut impl TryCryptoRng) -> Result<[u8; LENGTH], RandomnessError> {
    // 248 is the largest multiple of 62 in a byte; taking the rest as well would favour the first eight characters.
    // Each block of 48 bytes fails to give 12 characters with a chance below 2⁻¹⁰⁰; a generator that does is broken.
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
        "the generator repeats itself: no id could be drawn from it",
    ))
}

fn read(text: &str) -> Result<[u8; LENGTH], ParseIdError> {
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
            /// Draws a new one; fails only when the generator does.
            pub fn generate(random: &mut impl TryCryptoRng) -> Result<Self, RandomnessError> {
                draw(random).map(Self)
            }

            /// The 12 characters as bytes, for hashing.
            pub fn as_bytes(&self) -> &[u8; LENGTH] {
                &self.0
            }

            /// The 12 characters.
            pub fn as_str(&self) -> &str {
                // Both ways to make one let only ASCII in, so the default never shows.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                read(text).map(Self)
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
    /// The public name of a key; the middle of its written form.
    KeyId
);
id_type!(
    /// The public name of an environment.
    EnvironmentId
);
id_type!(
    /// The public name of a project.
    ProjectId
);
