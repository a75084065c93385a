//! Take a key out of the system keychain. The key itself goes on working.

use keystile_keys::KeyId;
use keystile_store::KeychainEntryState;

use crate::error::RegistryError;
use crate::registry::Registry;
use crate::save::entry;

impl Registry {
    /// Removes the entry of a key.
    ///
    /// # Errors
    /// `NotFound`, `NotInKeychain`, `KeyEnded` (a sweep is removing it), `Keychain` (it is still there), or a `Store`
    /// error.
    pub async fn remove_from_keychain(&self, id: KeyId) -> Result<(), RegistryError> {
        let key = self.key(id).await?;
        if key.keychain.is_none() {
            return Err(RegistryError::NotInKeychain);
        }
        self.remember_entry(id, KeychainEntryState::Removing)
            .await?;
        match self.keychain.remove(&entry(&key)).await {
            Ok(()) => self.forget_absent_entry(&key).await,
            Err(error) => {
                self.remember_entry(id, KeychainEntryState::Saved).await?;
                Err(error.into())
            }
        }
    }
}
