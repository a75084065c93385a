//! Returns the content of an open prompt again: after a reload of the window, a crash of its web process, or a change
//! of the key. The plain key is left out if the key has ended.

use keystile_store::KeyRow;
use zeroize::Zeroizing;

use super::{Prompt, Ticket};
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Returns the ticket of the window's open prompt.
    pub fn open_prompt(&self, window: &str) -> Option<Ticket> {
        self.prompts.find(window)
    }

    /// Returns the key of an open prompt, as it was stored before the copy, and its text. The key must have been copied.
    ///
    /// # Errors
    /// `UnknownTicket` or `NotCopied`.
    pub fn copied_text(
        &self,
        window: &str,
        ticket: &Ticket,
    ) -> Result<(KeyRow, Zeroizing<String>), RegistryError> {
        let prompt = self.prompts.get(window, ticket)?;
        if !prompt.is_claimed() {
            return Err(RegistryError::NotCopied);
        }
        let text = Zeroizing::new(prompt.plain.expose().to_owned());
        Ok((prompt.issued, text))
    }

    /// Returns the open prompt with this ticket.
    ///
    /// # Errors
    /// `UnknownTicket` if the window has no such prompt, or a `Store` error.
    pub async fn reveal(&self, window: &str, ticket: &Ticket) -> Result<Prompt, RegistryError> {
        let prompt = self.prompts.get(window, ticket)?;
        let key = self.key(prompt.key_id).await?;
        Ok(prompt.to_prompt(ticket, key))
    }

    /// Returns the ticket of the window's prompt if closing it could lose the key: the key is usable and was not
    /// copied.
    pub async fn uncopied_prompt(&self, window: &str) -> Option<Ticket> {
        let ticket = self.prompts.find(window)?;
        if self.prompts.get(window, &ticket).ok()?.is_claimed() {
            return None;
        }
        match self.reveal(window, &ticket).await {
            Ok(prompt) if prompt.plain.is_none() || prompt.copied => None,
            // If the database fails, the key on screen may be the only copy.
            Ok(_) | Err(_) => Some(ticket),
        }
    }
}
