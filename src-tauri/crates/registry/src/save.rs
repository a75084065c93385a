//! Save the key of an open prompt to the system keychain. It is not a claim: Close stays disabled until the key was
//! copied. The row that remembers the entry is written before the keychain is touched.

use keystile_keychain::{Entry, KeychainError};
use keystile_store::{Action, KeyRow, KeychainEntryState};
use zeroize::Zeroizing;

use crate::error::RegistryError;
use crate::prompt::{Prompt, Ticket};
use crate::registry::Registry;
use crate::revoke::about;

impl Registry {
    /// Saves the key.
    ///
    /// # Errors
    /// `NoTicket`, `KeyEnded`, `Keychain`, or a `Store` error. Nothing is in the keychain then, or a sweep removes it.
    pub async fn save(&self, holder: &str, ticket: &Ticket) -> Result<Prompt, RegistryError> {
        let prompt = self.prompts.get(holder, ticket)?;
        let key = self
            .remember_entry(prompt.key_id, KeychainEntryState::Saving)
            .await?;
        let secret = Zeroizing::new(prompt.plain.expose().to_owned());
        match self.keychain.set(&entry(&key), secret).await {
            Ok(()) => {
                self.remember_entry(key.id, KeychainEntryState::Saved)
                    .await?;
            }
            // It may still happen when the keychain wakes: the row stays, and a sweep finds out.
            Err(KeychainError::Hung) => return Err(KeychainError::Hung.into()),
            Err(error) => {
                self.forget_entry(&key).await?;
                return Err(error.into());
            }
        }
        self.reveal(holder, ticket).await
    }

    /// Writes how far an entry got, with its audit row. A key that has ended gets no entry.
    pub(crate) async fn remember_entry(
        &self,
        id: keystile_keys::KeyId,
        state: KeychainEntryState,
    ) -> Result<KeyRow, RegistryError> {
        let action = match state {
            KeychainEntryState::Saving => Action::KeychainSaving,
            KeychainEntryState::Saved => Action::KeychainSaved,
            KeychainEntryState::Removing => Action::KeychainRemoving,
        };
        let mut write = self.store.write().await?;
        let key = KeyRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        let has_ended = !key.state.is_living();
        if has_ended && state == KeychainEntryState::Saving {
            return Err(RegistryError::KeyEnded(key.state));
        }
        // Ended while the keychain was busy: what was just written there has to go again.
        let state = if has_ended {
            KeychainEntryState::Removing
        } else {
            state
        };
        let now = self.now();
        write.set_keychain_entry(id, state, now).await?;
        write.record(now, about(&key, action)).await?;
        write.commit().await?;
        if has_ended {
            self.want_sweep();
            return Err(RegistryError::KeyEnded(key.state));
        }
        Ok(key)
    }

    pub(crate) async fn forget_entry(&self, key: &KeyRow) -> Result<(), RegistryError> {
        let mut write = self.store.write().await?;
        write.forget_keychain_entry(key.id).await?;
        write
            .record(self.now(), about(key, Action::KeychainRemoved))
            .await?;
        Ok(write.commit().await?)
    }
}

/// Where a key lives in the keychain. The label is what the platform's own program shows.
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
