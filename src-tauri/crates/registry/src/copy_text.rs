//! Copies text without secrets, such as a proxy configuration or a curl command, to the clipboard.

use std::sync::Arc;

use crate::clipboard::ClipboardError;
use crate::clipboard_state::COPY_TIMEOUT;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Copies the text to the clipboard.
    ///
    /// # Errors
    /// `TextNotCopied`.
    pub async fn copy_text(&self, text: String) -> Result<(), RegistryError> {
        let clipboard = Arc::clone(&self.clipboard);
        let write = tokio::task::spawn_blocking(move || clipboard.write_text(&text));
        match tokio::time::timeout(COPY_TIMEOUT, write).await {
            Ok(Ok(result)) => result.map_err(RegistryError::TextNotCopied),
            Ok(Err(_)) => Err(RegistryError::TaskFailed),
            Err(_) => Err(RegistryError::TextNotCopied(ClipboardError::timed_out())),
        }
    }
}
