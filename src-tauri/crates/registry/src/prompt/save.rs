//! Saves the key of an open prompt to the system keychain. This does not claim the key. The keychain row is written
//! before the keychain, so that an interrupted save leaves a trace for the next sweep.

use keystile_keychain::KeychainError;
use keystile_store::KeychainEntryState;
use zeroize::Zeroizing;

use super::{Prompt, Ticket};
use crate::error::RegistryError;
use crate::keychain::entry;
use crate::registry::Registry;

impl Registry {
    /// Saves the key. A key that is already saved is left unchanged. The secret of a rotation replaces the old one; it
    /// must have been copied.
    ///
    /// # Errors
    /// `UnknownTicket`, `NotCopied`, `InvalidKeyState`, `Keychain`, or a `Store` error. An entry that was written all the
    /// same is removed by a sweep.
    pub async fn save(&self, window: &str, ticket: &Ticket) -> Result<Prompt, RegistryError> {
        let prompt = self.prompts.get(window, ticket)?;
        let is_saved = match prompt.overlap {
            // The entry still has the old secret, which is the only one until the new one was copied.
            Some(_) if !prompt.is_claimed() => return Err(RegistryError::NotCopied),
            Some(_) => prompt.saved,
            None => self.key(prompt.key_id).await?.keychain == Some(KeychainEntryState::Saved),
        };
        if is_saved {
            return self.reveal(window, ticket).await;
        }
        let before = self
            .set_entry_state(prompt.key_id, KeychainEntryState::Saving)
            .await?;
        // False if an earlier call for this key hangs. That call keeps the key in the set.
        let is_only_call = self.saving().insert(before.id);
        let secret = Zeroizing::new(prompt.plain.expose().to_owned());
        let saved = self.keychain.set(&entry(&before), secret).await;
        // A call that timed out may still write when the keychain responds again.
        if is_only_call && saved != Err(KeychainError::Timeout) {
            self.saving().remove(&before.id);
        }
        match saved {
            Ok(()) => {
                self.set_entry_state(before.id, KeychainEntryState::Saved)
                    .await?;
                self.prompts.mark_saved(ticket);
            }
            Err(error) => {
                // If this or an earlier attempt may have written the entry, the row stays for a sweep.
                let is_first = before.keychain.is_none();
                if is_first && !matches!(error, KeychainError::Timeout | KeychainError::Failed) {
                    self.forget_entry(&before).await?;
                }
                self.request_sweep();
                return Err(error.into());
            }
        }
        self.reveal(window, ticket).await
    }
}
