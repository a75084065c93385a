//! Discard the key of an open prompt: the way out when it cannot be copied, or was not wanted. It opens nothing from
//! here on, and its keychain entry is removed.

use keystile_keys::State;
use keystile_store::KeyRow;

use crate::error::RegistryError;
use crate::prompt::{OpenPrompt, Ticket};
use crate::registry::Registry;

impl Registry {
    /// Ends the key and its prompt. A key that was never copied is let go even when the database fails: without its
    /// plain key it can never be claimed, and the next sweep revokes it.
    ///
    /// # Errors
    /// `NoTicket`, or a `Store` error when the key had been copied; then it still works and the prompt stays open.
    pub async fn discard(&self, holder: &str, ticket: &Ticket) -> Result<(), RegistryError> {
        let prompt = self.prompts.get(holder, ticket)?;
        match self.discard_key(&prompt).await {
            Ok(()) => {}
            Err(error) if prompt.claimed => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "a key that was never copied is let go; the next sweep revokes it");
            }
        }
        self.prompts.end(ticket);
        self.want_sweep();
        if let Err(error) = self.clear_clipboard().await {
            tracing::warn!(%error, "a discarded key stays in the clipboard; it opens nothing");
        }
        Ok(())
    }

    async fn discard_key(&self, prompt: &OpenPrompt) -> Result<(), RegistryError> {
        let mut write = self.store.write().await?;
        let key = KeyRow::find(write.connection(), prompt.key_id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        if !key.state.is_terminal() {
            self.end_key_in(&mut write, &key, State::Discarded).await?;
        } else {
            // Revoked elsewhere while the prompt was open: only the prompt is left to end.
            write
                .record(
                    self.now(),
                    crate::revoke::about(&key, keystile_store::Action::KeyClosed),
                )
                .await?;
        }
        write.close_prompt(key.id, self.now()).await?;
        write.commit().await?;
        Ok(())
    }
}
