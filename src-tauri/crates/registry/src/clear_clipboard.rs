//! Clear the clipboard, when the countdown ends, at once, or on quitting: only where it still holds a key that Keystile
//! put there.

use std::sync::Arc;
use std::time::Duration;

use crate::clipboard_hold::ClipboardState;
use crate::error::RegistryError;
use crate::registry::Registry;

/// Reading what another program holds asks that program, which may be slow.
const CLEAR_LIMIT: Duration = Duration::from_secs(5);

impl Registry {
    /// Empties the clipboard if it still holds one of our keys, and forgets that it did.
    ///
    /// # Errors
    /// `ClearFailed`; the countdown is kept, so that it can be tried again.
    pub async fn clear_clipboard(&self) -> Result<(), RegistryError> {
        let added = self.held().added();
        self.empty_clipboard().await?;
        self.held().forget(added);
        Ok(())
    }

    /// Whether the countdown has ended.
    pub fn is_clipboard_due(&self) -> bool {
        self.held().is_due()
    }

    /// What the clipboard is believed to hold; `None`: nothing of ours.
    pub fn clipboard_state(&self) -> Option<ClipboardState> {
        self.held().shown()
    }

    /// Whether the clipboard holds one of our keys right now. When it does not say, it is assumed to.
    pub async fn does_clipboard_hold_key(&self) -> bool {
        let texts = self.held().texts();
        if texts.is_empty() {
            return false;
        }
        let clipboard = Arc::clone(&self.clipboard);
        let asked = tokio::task::spawn_blocking(move || clipboard.holds(&texts));
        match tokio::time::timeout(CLEAR_LIMIT, asked).await {
            Ok(Ok(Ok(holds))) => holds,
            _ => true,
        }
    }

    async fn empty_clipboard(&self) -> Result<(), RegistryError> {
        let texts = self.held().texts();
        if texts.is_empty() {
            return Ok(());
        }
        let clipboard = Arc::clone(&self.clipboard);
        let cleared = tokio::task::spawn_blocking(move || clipboard.clear(&texts));
        match tokio::time::timeout(CLEAR_LIMIT, cleared).await {
            Ok(Ok(result)) => result.map_err(RegistryError::ClearFailed),
            Ok(Err(_)) => Err(RegistryError::Interrupted),
            Err(_) => Err(RegistryError::ClearFailed(crate::ClipboardError(
                "the clipboard did not answer".to_owned(),
            ))),
        }
    }
}
