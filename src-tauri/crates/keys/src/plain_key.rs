//! A key in plain text, from its creation until its prompt closes. It has no `Clone`, `Display`, `Serialize`, or
//! comparison (`tests/forbidden`).

use std::fmt;

use rand::TryCryptoRng;
use zeroize::Zeroizing;

use crate::format::{self, KeyParts, ParseKeyError};
use crate::id::KeyId;
use crate::prefix::Prefix;
use crate::random::RandomnessError;
use crate::secret::Secret;

/// A complete key. Wiped from memory when dropped.
pub struct PlainKey {
    parts: KeyParts,
    text: Zeroizing<String>,
}

impl PlainKey {
    /// Generates a key with this prefix.
    ///
    /// # Errors
    /// The random number generator failed.
    pub fn generate(
        prefix: &Prefix,
        random: &mut impl TryCryptoRng,
    ) -> Result<Self, RandomnessError> {
        let id = KeyId::generate(random)?;
        Self::generate_secret(prefix, id, random)
    }

    /// Generates another secret of the key with this prefix and id.
    ///
    /// # Errors
    /// The random number generator failed.
    pub fn generate_secret(
        prefix: &Prefix,
        id: KeyId,
        random: &mut impl TryCryptoRng,
    ) -> Result<Self, RandomnessError> {
        let parts = KeyParts {
            prefix: prefix.clone(),
            id,
            secret: Secret::generate(random)?,
        };
        let text = format::format(&parts);
        Ok(Self { parts, text })
    }

    /// Parses a key. Nothing is trimmed.
    ///
    /// # Errors
    /// The text is not a key.
    pub fn parse(text: &str) -> Result<Self, ParseKeyError> {
        let parsed = format::parse(text)?;
        let prefix = Prefix::parse(parsed.prefix).map_err(|_| ParseKeyError::MissingPrefix)?;
        Ok(Self {
            parts: KeyParts {
                prefix,
                id: parsed.id,
                secret: parsed.to_secret(),
            },
            text: Zeroizing::new(text.to_owned()),
        })
    }

    /// Returns the prefix.
    pub fn prefix(&self) -> &Prefix {
        &self.parts.prefix
    }

    /// Returns the public id.
    pub fn id(&self) -> KeyId {
        self.parts.id
    }

    /// Returns the secret.
    pub fn secret(&self) -> &Secret {
        &self.parts.secret
    }

    /// Returns the text of the key. Only for the prompt, the clipboard, and the system keychain.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for PlainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainKey")
    }
}
