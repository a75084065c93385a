//! The key in plain: the text that the user copies, and what it consists of.
//! The registry makes one when it issues and keeps it until its prompt closes.
//! Deliberately absent: `Clone`, `Display`, `Serialize`, comparison. The tests under `tests/forbidden` hold that.

use std::fmt;

use rand::TryCryptoRng;
use zeroize::Zeroizing;

use crate::form::{self, ParseKeyError, Parts};
use crate::id::KeyId;
use crate::prefix::Prefix;
use crate::random::RandomnessError;
use crate::secret::Secret;

/// A whole key. Wiped from memory when dropped.
pub struct PlainKey {
    parts: Parts,
    text: Zeroizing<String>,
}

impl PlainKey {
    /// Makes a new key under a prefix. A generator that fails makes none.
    pub fn generate(
        prefix: &Prefix,
        random: &mut impl TryCryptoRng,
    ) -> Result<Self, RandomnessError> {
        let parts = Parts {
            prefix: prefix.clone(),
            id: KeyId::generate(random)?,
            secret: Secret::generate(random)?,
        };
        let text = form::write(&parts);
        Ok(Self { parts, text })
    }

    /// Reads a key exactly as it is written; nothing is trimmed.
    pub fn parse(text: &str) -> Result<Self, ParseKeyError> {
        let read = form::read(text)?;
        let prefix = Prefix::parse(read.prefix).map_err(|_| ParseKeyError::MissingPrefix)?;
        Ok(Self {
            parts: Parts {
                prefix,
                id: read.id,
                secret: read.to_secret(),
            },
            text: Zeroizing::new(text.to_owned()),
        })
    }

    /// The prefix of the environment it was issued for, as the key claims.
    pub fn prefix(&self) -> &Prefix {
        &self.parts.prefix
    }

    /// Its public name.
    pub fn id(&self) -> KeyId {
        self.parts.id
    }

    /// What it proves itself with.
    pub fn secret(&self) -> &Secret {
        &self.parts.secret
    }

    /// The text of the key: for the prompt, the clipboard and the system's credential store, nothing else.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for PlainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainKey")
    }
}
