//! Clears the clipboard when the countdown ends, on request, or on quitting. Only keys that Keystile put there are
//! removed.

use std::sync::Arc;
use std::time::Duration;

use crate::clipboard::ClipboardError;
use crate::error::RegistryError;
use crate::registry::Registry;

/// Comparing the content asks the program that owns the clipboard, which may be slow.
const CLEAR_TIMEOUT: Duration = Duration::from_secs(5);

impl Registry {
    /// Clears the clipboard if it still contains one of our keys.
    ///
    /// # Errors
    /// `ClearFailed`; the countdown state is kept, so that the call can be repeated.
    pub async fn clear_clipboard(&self) -> Result<(), RegistryError> {
        let generation = self.tracked_clipboard().generation();
        self.remove_keys_from_clipboard().await?;
        self.tracked_clipboard().forget(generation);
        Ok(())
    }

    /// Returns whether the clipboard contains one of our keys; true if that cannot be determined.
    pub async fn clipboard_contains_key(&self) -> bool {
        let texts = self.tracked_clipboard().texts();
        if texts.is_empty() {
            return false;
        }
        let clipboard = Arc::clone(&self.clipboard);
        let check = tokio::task::spawn_blocking(move || clipboard.contains_any(&texts));
        match tokio::time::timeout(CLEAR_TIMEOUT, check).await {
            Ok(Ok(Ok(contains_key))) => contains_key,
            _ => true,
        }
    }

    async fn remove_keys_from_clipboard(&self) -> Result<(), RegistryError> {
        let texts = self.tracked_clipboard().texts();
        if texts.is_empty() {
            return Ok(());
        }
        let clipboard = Arc::clone(&self.clipboard);
        let clear = tokio::task::spawn_blocking(move || clipboard.clear(&texts));
        match tokio::time::timeout(CLEAR_TIMEOUT, clear).await {
            Ok(Ok(result)) => result.map_err(RegistryError::ClearFailed),
            Ok(Err(_)) => Err(RegistryError::TaskFailed),
            Err(_) => Err(RegistryError::ClearFailed(ClipboardError::timed_out())),
        }
    }
}
