//! Abandons the key of an open prompt that will not be copied. Unlike the death of its process, that leaves no notice: the
//! client that requested the key gets an error.

use keystile_keys::State;
use keystile_store::{Action, SecretVersionRow};

use super::Ticket;
use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Ends a prompt. Its key, or the secret of a rotation, is revoked as unclaimed, unless it was copied. If the database
    /// fails, the next sweep does that.
    ///
    /// # Errors
    /// `UnknownTicket`, `NotFound`, or a `Store` error.
    pub async fn abandon(&self, window: &str, ticket: &Ticket) -> Result<(), RegistryError> {
        let prompt = self.prompts.get(window, ticket)?;
        self.prompts.end(ticket);
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), prompt.key_id).await?;
        let secret = SecretVersionRow::find(write.connection(), prompt.secret).await?;
        let is_pending = secret.is_some_and(|secret| secret.is_pending());
        let now = self.now();
        if !is_pending || key.state.is_terminal() {
            let entry = key_entry(&key, Action::KeyClosed);
            write.record(now, entry).await?;
        } else if prompt.overlap.is_some() {
            write.end_secret(prompt.secret, self.latest_time()).await?;
            let entry = key_entry(&key, Action::RotationUnclaimed);
            write.record(now, entry).await?;
        } else {
            self.end_key(&mut write, &key, State::Unclaimed).await?;
        }
        write.close_prompt(prompt.secret, now).await?;
        write.commit().await?;
        self.request_sweep();
        Ok(())
    }
}
