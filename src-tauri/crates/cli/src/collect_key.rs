//! The memory of this process as the place a key is copied to. Only `demo` claims keys with it: it uses them itself, and
//! nobody ever sees them.

use std::sync::Mutex;

use keystile_registry::{Clipboard, ClipboardError, Fingerprint};
use zeroize::Zeroizing;

/// Holds the key that was copied last.
#[derive(Default)]
pub(crate) struct CollectKey(Mutex<Option<Zeroizing<String>>>);

impl CollectKey {
    /// Takes the key out.
    pub(crate) fn take(&self) -> Option<Zeroizing<String>> {
        self.0.lock().ok()?.take()
    }
}

impl Clipboard for CollectKey {
    fn write_secret(&self, text: &str) -> Result<(), ClipboardError> {
        let mut held = self
            .0
            .lock()
            .map_err(|_| ClipboardError("another copy ended in the middle".to_owned()))?;
        *held = Some(Zeroizing::new(text.to_owned()));
        Ok(())
    }

    fn holds(&self, _texts: &[Fingerprint]) -> Result<bool, ClipboardError> {
        Ok(false)
    }

    fn clear(&self, _texts: &[Fingerprint]) -> Result<(), ClipboardError> {
        Ok(())
    }
}
