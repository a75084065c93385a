//! Rotates a key: issues another secret with the same key id. The old secret goes on working until the new one is copied,
//! and for the overlap after that. A rotation that is never copied changes nothing.

use std::ops::RangeInclusive;
use std::time::Duration;

use keystile_keys::{KeyId, PlainKey, Prefix, Stage, State, os_random};
use keystile_store::{Action, KeyRow, NewSecret, SecretVersionRow};

use crate::audit::key_entry;
use crate::changed::Changed;
use crate::confirm::require_name;
use crate::error::RegistryError;
use crate::issue::{check_idempotency_key, require_new_request};
use crate::prompt::{NewPrompt, Prompt, Ticket};
use crate::registry::Registry;

/// The allowed overlaps.
const OVERLAPS: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(90 * 24 * 60 * 60);

/// The rotation of a key.
#[derive(Debug, Clone)]
pub struct RotateRequest {
    /// The key.
    pub key_id: KeyId,
    /// How long the old secret works after the new one was copied, at most 90 days. Zero: it ends then.
    pub overlap: Duration,
    /// The idempotency key, 1 to 64 bytes. Two requests with the same one issue one secret.
    pub idempotency_key: String,
}

impl Registry {
    /// Issues another secret for an active or disabled key, and opens its prompt in `window`.
    ///
    /// # Errors
    /// `NotFound`, `InvalidKeyState`, `RotationPending` if the prompt of another rotation is open, `InvalidOverlap`,
    /// `InvalidIdempotencyKey`, `AlreadyIssued`, `NameRequired` if
    /// `confirmation` is not the key's name or, in production, is missing, `Randomness`, `Hash`, `ProcessLock`, or a
    /// `Store` error. Nothing is changed then.
    pub async fn rotate_key(
        &self,
        window: &str,
        request: &RotateRequest,
        confirmation: Option<&str>,
    ) -> Result<Prompt, RegistryError> {
        if !OVERLAPS.contains(&request.overlap) {
            return Err(RegistryError::InvalidOverlap);
        }
        check_idempotency_key(&request.idempotency_key)?;
        let _one_at_a_time = self.issuing.lock().await;
        if let Some(ticket) = self.repeated(window, &request.idempotency_key).await? {
            return self.reveal(window, &ticket).await;
        }
        let key = self.key(request.key_id).await?;
        require_rotatable(&key)?;
        require_name(key.stage == Stage::Production, &key.name, confirmation)?;
        let lock = self.issuer_lock().await?;
        let ticket = Ticket::generate()?;
        let prefix = Prefix::parse(&key.prefix).map_err(RegistryError::InvalidPrefix)?;
        let plain = PlainKey::generate_secret(&prefix, key.id, &mut os_random())?;
        let (plain, hash) = self.hash(plain).await?;
        let mut write = self.store.write().await?;
        // The key may have ended since it was read above.
        let current = self.require_key(write.connection(), key.id).await?;
        require_rotatable(&current)?;
        require_new_request(write.connection(), &request.idempotency_key).await?;
        let versions = SecretVersionRow::list_for_key(write.connection(), key.id).await?;
        if versions.iter().any(SecretVersionRow::is_pending) {
            return Err(RegistryError::RotationPending);
        }
        let now = self.now();
        let new = NewSecret {
            hash: &hash,
            tag: &plain.secret().tag(self.store.install_key()),
            overlap: Some(request.overlap),
            lock_file: lock.name(),
            idempotency_key: &request.idempotency_key,
        };
        let secret = write
            .add_secret(key.id, &new, now)
            .await
            .map_err(|error| RegistryError::from_insert(error, crate::field::Field::KeyName, ""))?;
        let entry = key_entry(&current, Action::RotationStarted)
            .with("overlap_ms", millis(request.overlap));
        write.record(now, entry).await?;
        write.commit().await?;
        let new = NewPrompt {
            plain,
            secret,
            overlap: Some(request.overlap),
            issued: current.clone(),
        };
        self.prompts.open(window, &ticket, new);
        let prompt = self.prompts.get(window, &ticket)?;
        Ok(prompt.to_prompt(&ticket, current))
    }

    /// Ends the older secrets of a key. The next request with one of them is rejected: they end by the clock, which no process
    /// is behind, and not by the latest time, which another process may not have seen.
    ///
    /// # Errors
    /// `NotFound`, `NoOldSecret`, or a `Store` error.
    pub async fn end_old_secret(&self, id: KeyId) -> Result<Changed<KeyRow>, RegistryError> {
        let now = self.latest_time();
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), id).await?;
        let usable = SecretVersionRow::list_usable(write.connection(), id, now).await?;
        let old = usable.get(1..).unwrap_or_default();
        if old.is_empty() {
            return Err(RegistryError::NoOldSecret);
        }
        for secret in old {
            write.end_secret(secret.id, self.now()).await?;
        }
        write
            .record(self.now(), key_entry(&key, Action::OldSecretEnded))
            .await?;
        let after = self.require_key(write.connection(), id).await?;
        let propagation = write.commit().await?;
        Ok(Changed {
            value: after,
            propagation,
        })
    }
}

fn require_rotatable(key: &KeyRow) -> Result<(), RegistryError> {
    match key.state {
        State::Active | State::Disabled => Ok(()),
        state => Err(RegistryError::InvalidKeyState(state)),
    }
}

/// Returns whole milliseconds for the audit log.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
