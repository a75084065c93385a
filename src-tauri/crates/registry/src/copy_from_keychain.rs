//! Copy a key from the system keychain, by the same rules of the clipboard as in its prompt. It is never shown.

use keystile_keychain::KeychainError;
use keystile_keys::{EnvironmentId, KeyId, PlainKey, State};
use keystile_store::{KeyRow, KeychainEntryState};

use zeroize::Zeroizing;

use crate::error::RegistryError;
use crate::registry::Registry;
use crate::save::entry;

impl Registry {
    /// Puts a saved key into the clipboard and starts the countdown.
    ///
    /// # Errors
    /// `NotFound`, `KeyEnded`, `NotInKeychain`, `Keychain`, `CopyFailed`, `CopyTimedOut`, or a `Store` error.
    pub async fn copy_from_keychain(&self, id: KeyId) -> Result<(), RegistryError> {
        let key = self.key(id).await?;
        if key.state != State::Active {
            return Err(RegistryError::InvalidKeyState(key.state));
        }
        let text = self.saved_text(&key).await?;
        let seconds = self.clipboard_seconds().await;
        self.fill_clipboard(&text, seconds).await?;
        self.held().start_countdown(seconds);
        Ok(())
    }

    /// The text of a saved key, to be sent through its environment's gateway.
    ///
    /// # Errors
    /// `NotFound`, also when it belongs to another environment; `NotInKeychain`, `Keychain`, or a `Store` error.
    pub async fn keychain_text(
        &self,
        id: KeyId,
        environment: &EnvironmentId,
    ) -> Result<Zeroizing<String>, RegistryError> {
        let key = self.key(id).await?;
        if key.environment_id != *environment {
            return Err(RegistryError::NotFound("key"));
        }
        self.saved_text(&key).await
    }

    async fn saved_text(&self, key: &KeyRow) -> Result<Zeroizing<String>, RegistryError> {
        if key.keychain != Some(KeychainEntryState::Saved) {
            return Err(RegistryError::NotInKeychain);
        }
        let text = match self.keychain.get(&entry(key)).await {
            Err(KeychainError::NoEntry) => {
                self.forget_absent_entry(key).await?;
                return Err(KeychainError::NoEntry.into());
            }
            result => result?,
        };
        // Another program may have written there: only this very key is copied under its name.
        let is_this_key = PlainKey::parse(&text).is_ok_and(|plain| plain.id() == key.id);
        if !is_this_key {
            return Err(RegistryError::NotInKeychain);
        }
        Ok(text)
    }

    pub(crate) async fn key(&self, id: KeyId) -> Result<KeyRow, RegistryError> {
        let mut connection = self.store.read().await?;
        KeyRow::find(&mut connection, id)
            .await?
            .ok_or(RegistryError::NotFound("key"))
    }
}
