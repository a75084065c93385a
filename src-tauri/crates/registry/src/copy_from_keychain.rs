//! Copies a key from the system keychain to the clipboard and starts the countdown. The key is not shown.

use keystile_keys::{KeyId, State};

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Copies a saved key to the clipboard.
    ///
    /// # Errors
    /// `NotFound`, `InvalidKeyState`, `NotInKeychain`, `KeychainOutdated`, `Keychain`, `CopyFailed`, `CopyTimedOut`, or a
    /// `Store` error.
    pub async fn copy_from_keychain(&self, id: KeyId) -> Result<(), RegistryError> {
        let key = self.key(id).await?;
        if key.state != State::Active {
            return Err(RegistryError::InvalidKeyState(key.state));
        }
        let text = self.saved_text(&key).await?;
        let seconds = self.clipboard_seconds().await;
        self.fill_clipboard(&text, seconds).await?;
        self.tracked_clipboard().start_countdown(seconds);
        Ok(())
    }
}
