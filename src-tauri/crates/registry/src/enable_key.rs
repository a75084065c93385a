//! Enables a disabled key. Its secret stays the same.

use keystile_keys::{KeyId, State};
use keystile_store::{Action, KeyRow};

use crate::audit::key_entry;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Enables a disabled key. An active key is left unchanged.
    ///
    /// # Errors
    /// `NotFound`, `InvalidKeyState`, or a `Store` error.
    pub async fn enable_key(&self, id: KeyId) -> Result<KeyRow, RegistryError> {
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), id).await?;
        match key.state {
            State::Active => return Ok(key),
            State::Disabled => {}
            // The transition from pending to active is allowed too, but only `copy` may make it.
            state => return Err(RegistryError::InvalidKeyState(state)),
        }
        let now = self.now();
        write.set_key_states(&[id], State::Active, now).await?;
        write
            .record(now, key_entry(&key, Action::KeyEnabled))
            .await?;
        let enabled = self.require_key(write.connection(), id).await?;
        write.commit().await?;
        Ok(enabled)
    }
}
