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
    /// Saves the key. One that is saved already is left as it is.
    ///
    /// # Errors
    /// `NoTicket`, `KeyEnded`, `Keychain`, or a `Store` error. Nothing is in the keychain then, or a sweep removes it.
    pub async fn save(&self, holder: &str, ticket: &Ticket) -> Result<Prompt, RegistryError> {
        let prompt = self.prompts.get(holder, ticket)?;
        if self.key(prompt.key_id).await?.keychain == Some(KeychainEntryState::Saved) {
            return self.reveal(holder, ticket).await;
        }
        let before = self
            .remember_entry(prompt.key_id, KeychainEntryState::Saving)
            .await?;
        // Not so when an earlier call for this key hangs; then its place here is for good.
        let is_only_call = self.saving().insert(before.id);
        let secret = Zeroizing::new(prompt.plain.expose().to_owned());
        let saved = self.keychain.set(&entry(&before), secret).await;
        // A call that hangs may still do it when the keychain wakes, long after it was given up.
        if is_only_call && saved != Err(KeychainError::Timeout) {
            self.saving().remove(&before.id);
        }
        match saved {
            Ok(()) => {
                self.remember_entry(before.id, KeychainEntryState::Saved)
                    .await?;
            }
            Err(error) => {
                // Where it is not known whether something was written, by this attempt or by one before, the row stays
                // and a sweep finds out.
                let is_first = before.keychain.is_none();
                if is_first && !matches!(error, KeychainError::Timeout | KeychainError::Failed) {
                    self.forget_absent_entry(&before).await?;
                }
                self.want_sweep();
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
        let has_ended = key.state.is_terminal();
        if has_ended && state == KeychainEntryState::Saving {
            return Err(RegistryError::InvalidKeyState(key.state));
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
            return Err(RegistryError::InvalidKeyState(key.state));
        }
        Ok(key)
    }

    /// Forgets an entry that is not there, unless a call that was given up may still put it there: its row stays for
    /// the next sweep, here or, once this process is dead, elsewhere.
    pub(crate) async fn forget_absent_entry(&self, key: &KeyRow) -> Result<(), RegistryError> {
        if self.saving().contains(&key.id) {
            return Ok(());
        }
        let mut write = self.store.write().await?;
        write.delete_keychain_entry(key.id).await?;
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
