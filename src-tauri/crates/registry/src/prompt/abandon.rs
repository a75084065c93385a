//! Abandons the key of an open prompt that will not be copied, as the death of its process does.

use super::Ticket;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Ends a prompt. Its key, or the secret of a rotation, is revoked as unclaimed unless it was copied; if the database
    /// fails, by a later sweep.
    ///
    /// # Errors
    /// `UnknownTicket`, `ProcessLock`, or a `Store` error.
    pub async fn abandon(&self, window: &str, ticket: &Ticket) -> Result<(), RegistryError> {
        self.prompts.get(window, ticket)?;
        self.prompts.end(ticket);
        self.sweep().await?;
        Ok(())
    }
}
