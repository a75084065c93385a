//! A clipboard that takes every key and keeps none: the prompt has the text too.

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
