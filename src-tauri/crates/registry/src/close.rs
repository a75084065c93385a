//! Close the prompt. Refused until the key was copied, whatever the window asks. From here on nobody can see the key.

use keystile_keys::State;
use keystile_store::{Action, KeyRow};

use crate::error::RegistryError;
use crate::prompt::{OpenPrompt, Ticket};
use crate::registry::Registry;
use crate::revoke::about;

impl Registry {
    /// Closes the prompt, drops the plain key and starts the clipboard's countdown. A copied key's prompt closes even
    /// when the database fails; then the next start names it as one whose prompt was not closed.
    ///
    /// # Errors
    /// `NoTicket`, `NotCopied`, or a `Store` error; the prompt stays open then.
    pub async fn close(&self, holder: &str, ticket: &Ticket) -> Result<KeyRow, RegistryError> {
        let prompt = self.prompts.get(holder, ticket)?;
        let key = match self.close_key(&prompt).await {
            Err(RegistryError::Store(error)) if prompt.claimed => {
                tracing::warn!(%error, "a prompt was closed, but that could not be stored");
                prompt.issued
            }
            result => result?,
        };
        self.prompts.end(ticket);
        let seconds = self.clipboard_seconds().await;
        self.held().start_countdown(seconds);
        Ok(key)
    }

    async fn close_key(&self, prompt: &OpenPrompt) -> Result<KeyRow, RegistryError> {
        let mut write = self.store.write().await?;
        let key = KeyRow::find(write.connection(), prompt.key_id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        if key.state == State::Pending {
            return Err(RegistryError::NotCopied);
        }
        let now = self.now();
        write.close_prompt(key.id, now).await?;
        write.record(now, about(&key, Action::KeyClosed)).await?;
        write.commit().await?;
        Ok(key)
    }
}
