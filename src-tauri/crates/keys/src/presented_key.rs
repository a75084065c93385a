//! A key as a request shows it: read once, judged, forgotten. The verifier parses one per request.
//! It only points into the text and copies no part of the secret; whoever asks for that gets a copy that is wiped.

use std::fmt;

use zeroize::Zeroizing;

use crate::form::{self, ParseKeyError, Reading};
use crate::id::KeyId;
use crate::secret::{self, Secret};
use crate::tag::{Tag, Tagger};

/// A well-formed key that proves nothing yet.
pub struct PresentedKey<'a>(Reading<'a>);

impl<'a> PresentedKey<'a> {
    /// Reads a key exactly as it is written; nothing is trimmed.
    pub fn parse(text: &'a str) -> Result<Self, ParseKeyError> {
        form::read(text).map(Self)
    }

    /// The prefix that it claims.
    pub fn prefix(&self) -> &'a str {
        self.0.prefix
    }

    /// The public name that it claims.
    pub fn id(&self) -> KeyId {
        self.0.id
    }

    /// What it proves itself with, for a proof that outlives the request.
    pub fn secret(&self) -> Secret {
        self.0.to_secret()
    }

    /// The tag of its secret. The secret is wiped before this returns.
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
