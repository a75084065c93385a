//! Copy a text that is no secret: a configuration, or a command that asks for the key itself. It replaces what the clipboard
//! held, so a key that was there is gone; nothing else changes.

use std::sync::Arc;

use crate::copy::CLIPBOARD_LIMIT;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Fills the clipboard with this text.
    ///
    /// # Errors
    /// `TextNotCopied`.
    pub async fn copy_text(&self, text: String) -> Result<(), RegistryError> {
        let clipboard = Arc::clone(&self.clipboard);
        let written = tokio::task::spawn_blocking(move || clipboard.write_text(&text));
        match tokio::time::timeout(CLIPBOARD_LIMIT, written).await {
            Ok(Ok(written)) => written.map_err(RegistryError::TextNotCopied),
            Ok(Err(_)) => Err(RegistryError::Interrupted),
            Err(_) => Err(RegistryError::TextNotCopied(crate::ClipboardError(
                "the clipboard did not answer".to_owned(),
            ))),
        }
    }
}
