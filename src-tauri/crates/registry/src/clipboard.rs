//! The interface to the system's clipboard. It cannot read the content; it only compares it with fingerprints of our
//! keys.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The system's clipboards and selections. Calls may block.
pub trait Clipboard: Send + Sync + 'static {
    /// Writes a secret and marks it, so that clipboard managers keep it out of their history.
    ///
    /// # Errors
    /// If the system rejects the text.
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError>;

    /// Writes text without secrets. Programs that copy only keys need not implement this.
    ///
    /// # Errors
    /// If the system rejects the text, or if the program does not implement this.
    fn write_text(&self, _text: &str) -> Result<(), ClipboardError> {
        Err(ClipboardError("this program copies keys only".to_owned()))
    }

    /// Returns whether a clipboard or selection contains one of these texts.
    ///
    /// # Errors
    /// If the content cannot be read.
    fn contains_any(&self, texts: &[Fingerprint]) -> Result<bool, ClipboardError>;

    /// Clears each clipboard and selection that contains one of these texts.
    ///
    /// # Errors
    /// If one of them cannot be read or cleared.
    fn clear(&self, texts: &[Fingerprint]) -> Result<(), ClipboardError>;
}

/// The system's error message, for the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ClipboardError(pub String);

impl ClipboardError {
    pub(crate) fn timed_out() -> Self {
        Self("the clipboard timed out".to_owned())
    }
}

/// The SHA-256 digest of a text. It identifies a key in the clipboard after the key itself was dropped.
#[derive(Debug, Clone)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Computes the fingerprint of a text.
    pub fn new(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Returns whether this is the fingerprint of `text`, in constant time.
    pub fn matches(&self, text: &str) -> bool {
        self.0.ct_eq(&Self::new(text).0).into()
    }
}

/// For programs without a clipboard. Every copy fails, so that no key is claimed.
#[derive(Debug, Clone, Copy)]
pub struct NoClipboard;

impl Clipboard for NoClipboard {
    fn write_secret(&self, _text: &str) -> Result<(), ClipboardError> {
        Err(ClipboardError("this program has no clipboard".to_owned()))
    }

    fn contains_any(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    fn clear(&self, _texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        Ok(())
    }
}
