//! Entries of the system keychain and the rows that track them. A row is written before its entry and deleted after it.

use keystile_keychain::{Entry, KeychainError};
use keystile_keys::{EnvironmentId, KeyId, PlainKey};
use keystile_store::{Action, KeyRow, KeychainEntryState, SecretVersionRow};
use zeroize::Zeroizing;

use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::registry::Registry;

/// Returns the keychain entry of a key. The platform's keychain program shows its label.
pub(crate) fn entry(key: &KeyRow) -> Entry {
    Entry {
        service: format!("keystile/{}", key.environment_id),
        user: key.id.to_string(),
        label: format!(
            "{} ({} / {})",
            key.name, key.project_name, key.environment_name
        ),
    }
}

impl Registry {
    /// Returns the text of a saved key, for a request to `environment`.
    ///
    /// # Errors
    /// `NotFound`, also if the key belongs to another environment; `NotInKeychain`, `KeychainOutdated`, `Keychain`,
    /// or a `Store` error.
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

    /// Reads the text of a saved key from the keychain.
    ///
    /// # Errors
    /// `NotInKeychain`, `KeychainOutdated`, `Keychain`, or a `Store` error.
    pub(crate) async fn saved_text(
        &self,
        key: &KeyRow,
    ) -> Result<Zeroizing<String>, RegistryError> {
        if key.keychain != Some(KeychainEntryState::Saved) {
            return Err(RegistryError::NotInKeychain);
        }
        let text = match self.keychain.get(&entry(key)).await {
            Err(KeychainError::NoEntry) => {
                self.forget_entry(key).await?;
                return Err(KeychainError::NoEntry.into());
            }
            result => result?,
        };
        // Another program may have replaced the entry.
        let plain = PlainKey::parse(&text)
            .ok()
            .filter(|plain| plain.id() == key.id)
            .ok_or(RegistryError::NotInKeychain)?;
        self.require_current_secret(&plain).await?;
        Ok(text)
    }

    /// Rejects a secret that a rotation has ended: the new one was not saved to the keychain.
    async fn require_current_secret(&self, plain: &PlainKey) -> Result<(), RegistryError> {
        let tag = plain.secret().tag(self.store.install_key());
        let mut connection = self.store.read().await?;
        let versions = SecretVersionRow::list_for_key(&mut connection, plain.id()).await?;
        let secret = versions.iter().find(|version| version.tag == tag);
        let end = secret.and_then(|secret| secret.ends_at);
        if end.is_some_and(|end| end <= self.latest_time()) {
            return Err(RegistryError::KeychainOutdated);
        }
        Ok(())
    }

    /// Writes the state of a keychain entry and its audit entry, and returns the key as it was before.
    ///
    /// # Errors
    /// `InvalidKeyState` if the key has ended: its entry is then marked for removal. `NotFound` or a `Store` error.
    pub(crate) async fn set_entry_state(
        &self,
        id: KeyId,
        state: KeychainEntryState,
    ) -> Result<KeyRow, RegistryError> {
        let action = match state {
            KeychainEntryState::Saving => Action::KeychainSaving,
            KeychainEntryState::Saved => Action::KeychainSaved,
            KeychainEntryState::Removing => Action::KeychainRemoving,
        };
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), id).await?;
        let has_ended = key.state.is_terminal();
        if has_ended && state == KeychainEntryState::Saving {
            return Err(RegistryError::InvalidKeyState(key.state));
        }
        // If the key ended during the keychain call, the entry that was just written must be removed.
        let state = if has_ended {
            KeychainEntryState::Removing
        } else {
            state
        };
        let now = self.now();
        write.set_keychain_entry(id, state, now).await?;
        write.record(now, key_entry(&key, action)).await?;
        write.commit().await?;
        if has_ended {
            self.request_sweep();
            return Err(RegistryError::InvalidKeyState(key.state));
        }
        Ok(key)
    }

    /// Deletes the row of an entry that does not exist. The row stays if a call that timed out may still write the
    /// entry; a later sweep deletes it.
    ///
    /// # Errors
    /// A `Store` error.
    pub(crate) async fn forget_entry(&self, key: &KeyRow) -> Result<(), RegistryError> {
        if self.saving().contains(&key.id) {
            return Ok(());
        }
        let mut write = self.store.write().await?;
        write.delete_keychain_entry(key.id).await?;
        write
            .record(self.now(), key_entry(key, Action::KeychainRemoved))
            .await?;
        write.commit().await?;
        Ok(())
    }
}
