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

    /// The ticket of the prompt this window has open.
    pub fn open_prompt(&self, holder: &str) -> Option<Ticket> {
        self.prompts.of_holder(holder)
    }
}
