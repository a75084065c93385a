//! A key as a request presents it. Borrows the text of the request; copies of the secret are wiped.

use std::fmt;

use zeroize::Zeroizing;

use crate::format::{self, ParseKeyError, ParsedKey};
use crate::id::KeyId;
use crate::secret::{self, Secret};
use crate::tag::{Tag, Tagger};

/// A well-formed key whose secret has not been verified.
pub struct PresentedKey<'a>(ParsedKey<'a>);

impl<'a> PresentedKey<'a> {
    /// Parses a key. Nothing is trimmed.
    ///
    /// # Errors
    /// The text is not a key.
    pub fn parse(text: &'a str) -> Result<Self, ParseKeyError> {
        format::parse(text).map(Self)
    }

    /// Returns the prefix.
    pub fn prefix(&self) -> &'a str {
        self.0.prefix
    }

    /// Returns the public id.
    pub fn id(&self) -> KeyId {
        self.0.id
    }

    /// Returns a copy of the secret, for a verification that outlives the request.
    pub fn secret(&self) -> Secret {
        self.0.to_secret()
    }

    /// Computes the tag of the secret. The decoded secret is wiped before this returns.
    pub fn tag(&self, tagger: &Tagger) -> Tag {
        let mut secret = Zeroizing::new([0; secret::LENGTH]);
        self.0.write_secret_to(&mut secret);
        tagger.tag_bytes(&secret)
    }
}

impl fmt::Debug for PresentedKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedKey")
    }
}
