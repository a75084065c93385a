//! Disables a key, for a time or until it is enabled again. The next request with the key is rejected.

use std::time::Duration;

use keystile_keys::{KeyId, State};
use keystile_store::KeyRow;

use crate::audit::key_disabled_entry;
use crate::changed::Changed;
use crate::error::RegistryError;
use crate::keys::transition;
use crate::pause::check_pause;
use crate::registry::Registry;

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
    ) -> Result<Changed<KeyRow>, RegistryError> {
        check_pause(pause)?;
        let until = pause.map(|pause| self.latest_time().saturating_add(pause));
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), id).await?;
        let next = match key.state {
            State::Disabled if key.disabled_until == until => {
                // Another process may still wait for it.
                let propagation = write.await_earlier().await?;
                return Ok(Changed {
                    value: key,
                    propagation,
                });
            }
            State::Disabled => State::Disabled,
            _ => transition(&key, State::Disabled)?,
        };
        let now = self.now();
        write.set_key_states(&[id], next, now).await?;
        write.set_disabled_until(&[id], until).await?;
        let disabled = self.require_key(write.connection(), id).await?;
        write.record(now, key_disabled_entry(&disabled)).await?;
        let propagation = write.commit().await?;
        Ok(Changed {
            value: disabled,
            propagation,
        })
    }
}
