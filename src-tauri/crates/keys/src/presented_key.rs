//! A key as a request shows it: read once, judged, forgotten. The verifier parses one per request.
//! Unlike a plain key it keeps no copy of the text; its secret is wiped when it is dropped.

use std::fmt;

use crate::form::{self, KeyFormError, Reading};
use crate::id::KeyId;
use crate::secret::Secret;

/// A well-formed key that proves nothing yet.
pub struct PresentedKey<'a>(Reading<'a>);

impl<'a> PresentedKey<'a> {
    /// Reads a key exactly as it is written; nothing is trimmed.
    pub fn parse(text: &'a str) -> Result<Self, KeyFormError> {
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

    /// What it proves itself with.
    pub fn secret(&self) -> &Secret {
        &self.0.secret
    }

    /// Only the secret, for a proof that outlives the request.
    pub fn into_secret(self) -> Secret {
        self.0.secret
    }
}

impl fmt::Debug for PresentedKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedKey")
    }
}
