//! Closes an open prompt. A key must be copied before its prompt can be closed; after that it is never shown again.

use keystile_keys::State;
use keystile_store::{Action, KeyRow};

use super::{OpenPrompt, Ticket};
use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Closes the prompt, drops the plain key, and starts the clipboard countdown. The prompt of a copied key is closed
    /// even if the database fails; the next start then lists it as a prompt that was not closed.
    ///
    /// # Errors
    /// `UnknownTicket`, `NotCopied`, or a `Store` error. The prompt then stays open.
    pub async fn close(&self, window: &str, ticket: &Ticket) -> Result<KeyRow, RegistryError> {
        let prompt = self.prompts.get(window, ticket)?;
        let key = match (self.record_close(&prompt).await, prompt.claimed) {
            (Err(RegistryError::Store(error)), Some(claimed)) => {
                tracing::warn!(%error, "closing a prompt could not be stored");
                claimed
            }
            (result, _) => result?,
        };
        self.prompts.end(ticket);
        let seconds = self.clipboard_seconds().await;
        self.tracked_clipboard().start_countdown(seconds);
        Ok(key)
    }

    async fn record_close(&self, prompt: &OpenPrompt) -> Result<KeyRow, RegistryError> {
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), prompt.key_id).await?;
        let action = match prompt.overlap {
            Some(_) if prompt.is_claimed() || key.state.is_terminal() => Action::RotationClosed,
            None if key.state != State::Pending => Action::KeyClosed,
            _ => return Err(RegistryError::NotCopied),
        };
        let now = self.now();
        write.close_prompt(prompt.secret, now).await?;
        write.record(now, key_entry(&key, action)).await?;
        write.commit().await?;
        Ok(key)
    }
}
