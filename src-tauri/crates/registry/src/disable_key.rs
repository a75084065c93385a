//! Disables a key, for a time or until it is enabled again. The next request with the key is rejected.

use std::ops::RangeInclusive;
use std::time::Duration;

use keystile_keys::{KeyId, State};
use keystile_store::{Action, KeyRow};

use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::keys::transition;
use crate::registry::Registry;

/// The allowed lengths of a pause.
const PAUSES: RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(30 * 24 * 60 * 60);

impl Registry {
    /// Disables an active key. After `pause`, it is active again without being enabled; `None`: it stays disabled. The
    /// pause of a disabled key can be changed.
    ///
    /// # Errors
    /// `NotFound`, `InvalidKeyState`, `InvalidPause`, or a `Store` error.
    pub async fn disable_key(
        &self,
        id: KeyId,
        pause: Option<Duration>,
    ) -> Result<KeyRow, RegistryError> {
        if pause.is_some_and(|pause| !PAUSES.contains(&pause)) {
            return Err(RegistryError::InvalidPause);
        }
        let until = pause.map(|pause| self.latest_time().saturating_add(pause));
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), id).await?;
        let next = match key.state {
            State::Disabled if key.disabled_until == until => return Ok(key),
            State::Disabled => State::Disabled,
            _ => transition(&key, State::Disabled)?,
        };
        let now = self.now();
        write.set_key_state(id, next, now).await?;
        write.set_disabled_until(id, until).await?;
        let mut entry = key_entry(&key, Action::KeyDisabled);
        if let Some(until) = until {
            entry = entry.with("disabled_until", until.as_millis());
        }
        write.record(now, entry).await?;
        let disabled = self.require_key(write.connection(), id).await?;
        write.commit().await?;
        Ok(disabled)
    }
}
