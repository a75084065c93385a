//! The clipboard as the registry sees it: four things and nothing more. The desktop implements it with
//! tauri-plugin-clipboard-manager; a terminal has none. Deliberately absent: reading. Nobody here learns what else the
//! user has copied.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The system's clipboards. Calls may block; the registry makes them where that harms nobody.
pub trait Clipboard: Send + Sync + 'static {
    /// Puts the text in, marked as a secret, so that clipboard histories are asked to stay out.
    ///
    /// # Errors
    /// When the system did not take it.
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError>;

    /// Puts a text in that is no secret, such as a command. Programs that show no such text have nothing to do here.
    ///
    /// # Errors
    /// When the system did not take it, or the program does not do that.
    fn write_text(&self, _text: &str) -> Result<(), ClipboardError> {
        Err(ClipboardError("this program copies keys only".to_owned()))
    }

    /// Whether any clipboard or selection holds one of these texts.
    ///
    /// # Errors
    /// When the system did not say.
    fn holds(&self, texts: &[Fingerprint]) -> Result<bool, ClipboardError>;

    /// Empties each clipboard or selection that still holds one of these texts, and no other.
    ///
    /// # Errors
    /// When one of them could not be read or emptied.
    fn clear(&self, texts: &[Fingerprint]) -> Result<(), ClipboardError>;
}

/// What the system said instead of doing it. For the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ClipboardError(pub String);

/// SHA-256 of a text: enough to recognise it, not enough to know it. What remains of a key whose prompt was closed.
#[derive(Debug, Clone)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of this text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Whether it is of this text. Takes the same time whatever the answer.
    pub fn matches(&self, text: &str) -> bool {
        self.0.ct_eq(&Self::of(text).0).into()
    }
}

/// For programs without a clipboard: every copy fails, so no key can be claimed by one.
#[derive(Debug, Clone, Copy)]
pub struct NoClipboard;

impl Clipboard for NoClipboard {
    fn write_secret(&self, _text: &str) -> Result<(), ClipboardError> {
        Err(ClipboardError("this program has no clipboard".to_owned()))
    }

    fn holds(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    fn clear(&self, _texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        Ok(())
    }
}
