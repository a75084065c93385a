//! Show the prompt again to the window that holds its ticket: after a reload, after a crash of the web process, or when
//! something changed. A key that has ended meanwhile is not shown any more.

use keystile_store::KeyRow;

use crate::error::RegistryError;
use crate::prompt::{Prompt, Ticket};
use crate::registry::Registry;

impl Registry {
    /// The open prompt under this ticket.
    ///
    /// # Errors
    /// `NoTicket` when this window has none such, or a `Store` error.
    pub async fn reveal(&self, holder: &str, ticket: &Ticket) -> Result<Prompt, RegistryError> {
        let prompt = self.prompts.get(holder, ticket)?;
        let mut connection = self.store.read().await?;
        let key = KeyRow::find(&mut connection, prompt.key_id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        Ok(prompt.shown(ticket, key))
    }

    /// The ticket of this window's prompt, if its key may still be lost: nobody has copied it, and it has not ended as far
    /// as the database says.
    pub async fn uncopied_prompt(&self, holder: &str) -> Option<Ticket> {
        let ticket = self.prompts.of_holder(holder)?;
        if self.prompts.get(holder, &ticket).ok()?.claimed {
            return None;
        }
        match self.reveal(holder, &ticket).await {
            Ok(prompt) if prompt.plain.is_none() || prompt.is_copied() => None,
            // When the database does not say, the key on screen may be the only one.
            Ok(_) | Err(_) => Some(ticket),
        }
    }

    /// The ticket of the prompt this window has open.
    pub fn open_prompt(&self, holder: &str) -> Option<Ticket> {
        self.prompts.of_holder(holder)
    }
}
