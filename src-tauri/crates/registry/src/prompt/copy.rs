//! Copies the key of an open prompt to the clipboard and claims it. The claim is committed only after the clipboard was
//! filled, so that no key becomes active without being copied. Other writers wait for the clipboard, at most 2 s.
//! Copying a claimed key again only fills the clipboard.

use keystile_keys::State;
use keystile_store::{Action, AuditEntry, KeyRow, Write};

use super::{OpenPrompt, Prompt, Ticket};
use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::keys::transition;
use crate::registry::Registry;

impl Registry {
    /// Copies the key to the clipboard and claims it.
    ///
    /// # Errors
    /// `UnknownTicket`, `InvalidKeyState`, `CopyFailed`, `CopyTimedOut`, `CopyNotRecorded`, or a `Store` error. The
    /// key's state is then unchanged and the prompt stays open.
    pub async fn copy(&self, window: &str, ticket: &Ticket) -> Result<Prompt, RegistryError> {
        let prompt = self.prompts.get(window, ticket)?;
        // Read before the transaction, which must not wait for a second connection of the pool.
        let seconds = self.clipboard_seconds().await;
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), prompt.key_id).await?;
        let copied = match key.state {
            State::Active => {
                drop(write);
                self.fill_clipboard(prompt.plain.expose(), seconds).await?;
                key
            }
            State::Pending => {
                self.claim_key(write, &key, &prompt, ticket, seconds)
                    .await?
            }
            state => return Err(RegistryError::InvalidKeyState(state)),
        };
        // Built from the row read in the transaction: another read could fail after the key was copied.
        Ok(self.prompts.get(window, ticket)?.to_prompt(ticket, copied))
    }

    async fn claim_key(
        &self,
        mut write: Write<'_>,
        key: &KeyRow,
        prompt: &OpenPrompt,
        ticket: &Ticket,
        seconds: Option<u32>,
    ) -> Result<KeyRow, RegistryError> {
        let now = self.now();
        let next = transition(key, State::Active)?;
        write.set_key_state(key.id, next, now).await?;
        write
            .record(now, key_entry(key, Action::KeyClaimed))
            .await?;
        let activates = write.activate_environment(&key.environment_id, now).await?;
        if activates {
            let entry = AuditEntry::new(Action::EnvironmentActivated)
                .project(&key.project_id)
                .environment(&key.environment_id)
                .with("name", key.environment_name.as_str());
            write.record(now, entry).await?;
        }
        let claimed = self.require_key(write.connection(), key.id).await?;
        self.fill_clipboard(prompt.plain.expose(), seconds).await?;
        if let Err(cause) = write.commit().await {
            // The copied key is not active: remove it from the clipboard.
            if let Err(error) = self.clear_clipboard().await {
                tracing::warn!(%error, "clipboard still contains a key that was not claimed");
            }
            return Err(RegistryError::CopyNotRecorded(cause));
        }
        self.prompts.mark_claimed(ticket, activates);
        Ok(claimed)
    }
}
