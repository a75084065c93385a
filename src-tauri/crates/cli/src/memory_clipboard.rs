//! A clipboard in memory. `demo` copies its keys to it and sends them itself.

use std::sync::Mutex;

use keystile_registry::{Clipboard, ClipboardError, Fingerprint};
use zeroize::Zeroizing;

/// Holds the key that was copied last.
#[derive(Default)]
pub(crate) struct MemoryClipboard(Mutex<Option<Zeroizing<String>>>);

impl MemoryClipboard {
    /// Removes and returns the key.
    pub(crate) fn take(&self) -> Option<Zeroizing<String>> {
        self.0.lock().ok()?.take()
    }
}

impl Clipboard for MemoryClipboard {
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError> {
        let mut key = self
            .0
            .lock()
            .map_err(|_| ClipboardError("a previous copy panicked".to_owned()))?;
        *key = Some(Zeroizing::new(text.to_owned()));
        Ok(())
    }

    fn contains_any(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    fn clear(&self, _texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        Ok(())
    }
}
