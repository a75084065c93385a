//! Writes a key to the clipboard, and tracks it from before the write until it is cleared.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::clipboard::Fingerprint;
use crate::clipboard_state::{COPY_TIMEOUT, ClipboardState};
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Returns the clipboard countdown; `None` if the clipboard contains none of our keys.
    pub fn clipboard_state(&self) -> Option<ClipboardState> {
        self.tracked_clipboard().state()
    }

    /// Returns whether the countdown has ended and the clipboard is to be cleared.
    pub fn is_clipboard_clear_due(&self) -> bool {
        self.tracked_clipboard().is_clear_due()
    }

    /// Writes a key to the clipboard and tracks it.
    ///
    /// # Errors
    /// `CopyFailed` or `CopyTimedOut`.
    pub(crate) async fn fill_clipboard(
        &self,
        text: &str,
        seconds: Option<u32>,
    ) -> Result<(), RegistryError> {
        let text = Zeroizing::new(text.to_owned());
        let fingerprint = Fingerprint::new(&text);
        let clipboard = Arc::clone(&self.clipboard);
        let write = tokio::task::spawn_blocking(move || clipboard.write_secret(&text));
        // Tracked before the write ends: a write that completes after the timeout must still be cleared.
        self.tracked_clipboard().add(fingerprint, seconds);
        match tokio::time::timeout(COPY_TIMEOUT, write).await {
            Ok(Ok(Ok(()))) => {
                self.tracked_clipboard().stop_countdown();
                Ok(())
            }
            Ok(Ok(Err(cause))) => Err(RegistryError::CopyFailed(cause)),
            Ok(Err(_)) => Err(RegistryError::TaskFailed),
            Err(_) => Err(RegistryError::CopyTimedOut),
        }
    }
}
