//! Discards the key of an open prompt: ends the key, closes the prompt, and has its keychain entry removed.

use keystile_keys::State;
use keystile_store::{Action, KeyRow, SecretVersionRow, Write};

use super::{OpenPrompt, Ticket};
use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Discards the key, or the secret of a rotation, and ends its prompt. The prompt of an uncopied key ends even if the
    /// database fails: without its plain key it can never be claimed, and the next sweep revokes it.
    ///
    /// # Errors
    /// `UnknownTicket`, `RotationClaimed`, or a `Store` error if the key was copied. It then still works and the prompt
    /// stays open.
    pub async fn discard(&self, window: &str, ticket: &Ticket) -> Result<(), RegistryError> {
        let prompt = self.prompts.get(window, ticket)?;
        match self.discard_key(&prompt).await {
            Ok(()) => {}
            Err(error @ RegistryError::RotationClaimed) => return Err(error),
            Err(error) if prompt.is_claimed() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "discarding an uncopied key could not be stored; the next sweep revokes it");
            }
        }
        self.prompts.end(ticket);
        self.request_sweep();
        if let Err(error) = self.clear_clipboard().await {
            tracing::warn!(%error, "clipboard still contains a discarded key");
        }
        Ok(())
    }

    async fn discard_key(&self, prompt: &OpenPrompt) -> Result<(), RegistryError> {
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), prompt.key_id).await?;
        if prompt.overlap.is_some() && !key.state.is_terminal() {
            self.discard_rotation(&mut write, &key, prompt).await?;
        } else if !key.state.is_terminal() {
            self.end_key(&mut write, &key, State::Discarded).await?;
        } else {
            // The key was revoked while its prompt was open.
            let entry = key_entry(&key, Action::KeyClosed);
            write.record(self.now(), entry).await?;
        }
        write.close_prompt(prompt.secret, self.now()).await?;
        write.commit().await?;
        Ok(())
    }

    /// Ends a secret that was not copied. The key keeps the one before.
    async fn discard_rotation(
        &self,
        write: &mut Write<'_>,
        key: &KeyRow,
        prompt: &OpenPrompt,
    ) -> Result<(), RegistryError> {
        // Read in the transaction: a copy may have been committed since the prompt was read.
        let secret = SecretVersionRow::find(write.connection(), prompt.secret).await?;
        if secret.is_some_and(|secret| secret.claimed_at.is_some()) {
            return Err(RegistryError::RotationClaimed);
        }
        write.end_secret(prompt.secret, self.now()).await?;
        let entry = key_entry(key, Action::RotationDiscarded);
        Ok(write.record(self.now(), entry).await?)
    }
}
