//! Copy: the moment the user has the key. The claim is prepared in a transaction, the clipboard is filled, and only then
//! is the claim committed; whichever step fails, the key stays pending and nothing claims to have been copied. A second
//! copy fills the clipboard again and changes nothing else.
//!
//! While the clipboard is filled, at most 2 s, every other writer waits for this transaction. A claim that was committed first
//! could be a working key that nobody got.

use std::sync::Arc;
use std::time::Duration;

use keystile_keys::State;
use keystile_store::{Action, AuditEntry, KeyRow, Write};
use zeroize::Zeroizing;

use crate::clipboard::Fingerprint;
use crate::error::RegistryError;
use crate::prompt::{OpenPrompt, Prompt, Ticket};
use crate::registry::Registry;
use crate::revoke::about;

/// How long the clipboard may take.
pub(crate) const CLIPBOARD_LIMIT: Duration = Duration::from_secs(2);

impl Registry {
    /// Puts the key of this prompt into the clipboard and claims it.
    ///
    /// # Errors
    /// `NoTicket`, `KeyEnded`, `CopyFailed`, `CopyTimedOut`, `NotClaimed`, or a `Store` error. The key is then as
    /// claimed or unclaimed as before, and the prompt stays open.
    pub async fn copy(&self, holder: &str, ticket: &Ticket) -> Result<Prompt, RegistryError> {
        let prompt = self.prompts.get(holder, ticket)?;
        // Before the transaction: whoever holds one must not wait for a second connection.
        let seconds = self.clipboard_seconds().await;
        let mut write = self.store.write().await?;
        let key = KeyRow::find(write.connection(), prompt.key_id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
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
            ended => return Err(RegistryError::InvalidKeyState(ended)),
        };
        // From what was read under the lock: an answer that needs another look could fail after the copy was made.
        Ok(self.prompts.get(holder, ticket)?.shown(ticket, copied))
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
        let next = key
            .state
            .transition_to(State::Active)
            .map_err(|_| RegistryError::InvalidKeyState(key.state))?;
        write.set_key_state(key.id, next, now).await?;
        write.record(now, about(key, Action::KeyClaimed)).await?;
        let activates = write.activate_environment(&key.environment_id, now).await?;
        if activates {
            let entry = AuditEntry::new(Action::EnvironmentActivated)
                .project(&key.project_id)
                .environment(&key.environment_id)
                .with("name", key.environment_name.as_str());
            write.record(now, entry).await?;
        }
        let claimed = KeyRow::find(write.connection(), key.id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        self.fill_clipboard(prompt.plain.expose(), seconds).await?;
        if let Err(cause) = write.commit().await {
            // The clipboard holds a key that opens nothing: take it out, so that nobody relies on it.
            if let Err(error) = self.clear_clipboard().await {
                tracing::warn!(%error, "a key that was not claimed stays in the clipboard; it opens nothing");
            }
            return Err(RegistryError::NotClaimed(cause));
        }
        self.prompts.mark_claimed(ticket, activates);
        Ok(claimed)
    }

    /// Fills the clipboard within the limit and remembers what it holds.
    pub(crate) async fn fill_clipboard(
        &self,
        text: &str,
        seconds: Option<u32>,
    ) -> Result<(), RegistryError> {
        let text = Zeroizing::new(text.to_owned());
        let fingerprint = Fingerprint::of(&text);
        let clipboard = Arc::clone(&self.clipboard);
        let written = tokio::task::spawn_blocking(move || clipboard.write_secret(&text));
        // Remembered before the outcome is known: a write that comes too late is still cleared.
        self.held().add(fingerprint, seconds);
        match tokio::time::timeout(CLIPBOARD_LIMIT, written).await {
            Ok(Ok(Ok(()))) => {
                self.held().stop_countdown();
                Ok(())
            }
            Ok(Ok(Err(cause))) => Err(RegistryError::CopyFailed(cause)),
            Ok(Err(_)) => Err(RegistryError::Interrupted),
            Err(_) => Err(RegistryError::CopyTimedOut),
        }
    }
}
