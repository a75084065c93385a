//! Copies the key of an open prompt to the clipboard and claims it. The claim is committed only after the clipboard was
//! filled, so that no key becomes active without being copied. Other writers wait for the clipboard, at most 2 s.
//! Copying a claimed key again only fills the clipboard.

use std::time::Duration;

use keystile_keys::State;
use keystile_store::{Action, AuditEntry, KeyRow, SecretVersionRow, Write};

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
        let copied = match (key.state, prompt.overlap) {
            (State::Active | State::Disabled, Some(overlap)) if !prompt.claimed => {
                let claim = Claim::Rotation(overlap);
                self.claim(write, &key, &prompt, ticket, seconds, claim)
                    .await?
            }
            (State::Active, _) | (State::Disabled, Some(_)) => {
                drop(write);
                self.fill_clipboard(prompt.plain.expose(), seconds).await?;
                key
            }
            (State::Pending, _) => {
                self.claim(write, &key, &prompt, ticket, seconds, Claim::Key)
                    .await?
            }
            (state, _) => return Err(RegistryError::InvalidKeyState(state)),
        };
        // Built from the row read in the transaction: another read could fail after the key was copied.
        Ok(self.prompts.get(window, ticket)?.to_prompt(ticket, copied))
    }

    async fn claim(
        &self,
        mut write: Write<'_>,
        key: &KeyRow,
        prompt: &OpenPrompt,
        ticket: &Ticket,
        seconds: Option<u32>,
        claim: Claim,
    ) -> Result<KeyRow, RegistryError> {
        write.claim_secret(prompt.secret, self.now()).await?;
        let activates = match claim {
            Claim::Key => self.activate_key(&mut write, key).await?,
            Claim::Rotation(overlap) => {
                self.replace_secret(&mut write, key, prompt.secret, overlap)
                    .await?;
                false
            }
        };
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

    /// Activates a pending key, and its environment if this is the first one. Returns whether it was.
    async fn activate_key(
        &self,
        write: &mut Write<'_>,
        key: &KeyRow,
    ) -> Result<bool, RegistryError> {
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
        Ok(activates)
    }

    /// Lets the newest of the older secrets end after the overlap, and all others now.
    async fn replace_secret(
        &self,
        write: &mut Write<'_>,
        key: &KeyRow,
        secret: i64,
        overlap: Duration,
    ) -> Result<(), RegistryError> {
        let now = self.latest_time();
        let versions = SecretVersionRow::list_for_key(write.connection(), key.id).await?;
        let mut older = versions
            .iter()
            .filter(|version| version.id != secret && version.is_usable_at(now))
            .rev();
        let end = now.saturating_add(overlap);
        if let Some(previous) = older.next() {
            write.end_secret(previous.id, end).await?;
        }
        for version in older {
            write.end_secret(version.id, now).await?;
        }
        let entry =
            key_entry(key, Action::RotationClaimed).with("old_secret_ends_at", end.as_millis());
        Ok(write.record(self.now(), entry).await?)
    }
}

/// What the first copy of a secret does.
enum Claim {
    /// It activates a new key.
    Key,
    /// It replaces the secret before, which works for this overlap.
    Rotation(Duration),
}
