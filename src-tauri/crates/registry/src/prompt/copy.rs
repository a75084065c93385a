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
    /// `UnknownTicket`, `InvalidKeyState`, `SecretEnded`, `CopyFailed`, `CopyTimedOut`, `CopyNotRecorded`, or a `Store` error. The
    /// key's state is then unchanged and the prompt stays open.
    pub async fn copy(&self, window: &str, ticket: &Ticket) -> Result<Prompt, RegistryError> {
        let prompt = self.prompts.get(window, ticket)?;
        // Read before the transaction, which must not wait for a second connection of the pool.
        let seconds = self.clipboard_seconds().await;
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), prompt.key_id).await?;
        let claim = match (key.state, prompt.overlap) {
            (State::Pending, _) => Claim::Key,
            (State::Active, None) => Claim::Done,
            (State::Active | State::Disabled, Some(overlap)) => {
                self.rotation_claim(&mut write, &prompt, overlap).await?
            }
            (state, _) => return Err(RegistryError::InvalidKeyState(state)),
        };
        let copied = if matches!(claim, Claim::Done) {
            drop(write);
            self.fill_clipboard(prompt.plain.expose(), seconds).await?;
            key
        } else {
            self.claim(write, &key, &prompt, ticket, seconds, claim)
                .await?
        };
        // Built from the row read in the transaction: another read could fail after the key was copied.
        Ok(self.prompts.get(window, ticket)?.to_prompt(ticket, copied))
    }

    /// Decides what a copy of the secret of a rotation does, by the stored secret: another call may have copied or
    /// discarded it since the prompt was read.
    async fn rotation_claim(
        &self,
        write: &mut Write<'_>,
        prompt: &OpenPrompt,
        overlap: Duration,
    ) -> Result<Claim, RegistryError> {
        match SecretVersionRow::find(write.connection(), prompt.secret).await? {
            Some(secret) if secret.is_pending() => Ok(Claim::Rotation(overlap)),
            Some(secret) if secret.ends_at.is_none_or(|end| self.latest_time() < end) => {
                Ok(Claim::Done)
            }
            _ => Err(RegistryError::SecretEnded),
        }
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
        if !write.claim_secret(prompt.secret, self.now()).await? {
            return Err(RegistryError::SecretEnded);
        }
        let activates = if let Claim::Rotation(overlap) = claim {
            self.replace_secret(&mut write, key, prompt.secret, overlap)
                .await?;
            false
        } else {
            self.activate_key(&mut write, key).await?
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
        self.prompts.mark_claimed(ticket, &claimed, activates);
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
        write.set_key_states(&[key.id], next, now).await?;
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

    /// Lets the newest of the older secrets end after the overlap, and all others now. What ends now ends by the clock, which
    /// no process is behind, and not by the latest time, which another process may not have seen.
    async fn replace_secret(
        &self,
        write: &mut Write<'_>,
        key: &KeyRow,
        secret: i64,
        overlap: Duration,
    ) -> Result<(), RegistryError> {
        let now = self.latest_time();
        let usable = SecretVersionRow::list_usable(write.connection(), key.id, now).await?;
        let mut older = usable.iter().filter(|version| version.id != secret);
        let end = match overlap {
            Duration::ZERO => self.now(),
            _ => now.saturating_add(overlap),
        };
        let previous = older.next();
        if let Some(previous) = previous {
            write.end_secret(previous.id, end).await?;
        }
        for version in older {
            write.end_secret(version.id, self.now()).await?;
        }
        let entry = key_entry(key, Action::RotationClaimed)
            .with("old_secret_ends_at", previous.map(|_| end.as_millis()));
        Ok(write.record(self.now(), entry).await?)
    }
}

/// What a copy of a secret does.
enum Claim {
    /// It activates a new key.
    Key,
    /// It replaces the secret before, which works for this overlap.
    Rotation(Duration),
    /// Nothing but filling the clipboard: the secret was copied before.
    Done,
}
