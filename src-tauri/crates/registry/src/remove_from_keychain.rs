//! Removes a key from the system keychain. The key itself keeps working.

use keystile_keys::KeyId;
use keystile_store::KeychainEntryState;

use crate::error::RegistryError;
use crate::keychain::entry;
use crate::registry::Registry;

impl Registry {
    /// Removes the keychain entry of a key.
    ///
    /// # Errors
    /// `NotFound`, `NotInKeychain`, `InvalidKeyState` if the key has ended (a sweep removes the entry), `Keychain` (the
    /// entry still exists), or a `Store` error.
    pub async fn remove_from_keychain(&self, id: KeyId) -> Result<(), RegistryError> {
        let key = self.key(id).await?;
        if key.keychain.is_none() {
            return Err(RegistryError::NotInKeychain);
        }
        self.set_entry_state(id, KeychainEntryState::Removing)
            .await?;
        match self.keychain.remove(&entry(&key)).await {
            Ok(()) => self.forget_entry(&key).await,
            Err(error) => {
                self.set_entry_state(id, KeychainEntryState::Saved).await?;
                Err(error.into())
            }
        }
    }
}
