//! A clipboard that accepts every key and stores none.

use keystile_registry::{Clipboard, ClipboardError, Fingerprint};

pub(crate) struct Taker;

impl Clipboard for Taker {
    fn write_secret(&self, _text: &str) -> Result<(), ClipboardError> {
        Ok(())
    }

    fn holds(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    fn clear(&self, _texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        Ok(())
    }
}
