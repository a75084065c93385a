//! Switch a key off for now. The commit has happened when this returns, so the very next request is refused. It can be
//! switched on again, so nobody is asked.

use keystile_keys::{KeyId, State};
use keystile_store::{Action, KeyRow};

use crate::error::RegistryError;
use crate::registry::Registry;
use crate::revoke::about;

impl Registry {
    /// Disables a key. One that is disabled already is left as it is.
    ///
    /// # Errors
    /// `NotFound`, `KeyEnded` (also when it was never copied), or a `Store` error.
    pub async fn disable_key(&self, id: KeyId) -> Result<KeyRow, RegistryError> {
        self.switch_key(id, State::Active, State::Disabled, Action::KeyDisabled)
            .await
    }

    /// Moves a key that is `from` to `to`, with its audit row; one that is `to` already is left as it is.
    pub(crate) async fn switch_key(
        &self,
        id: KeyId,
        from: State,
        to: State,
        action: Action,
    ) -> Result<KeyRow, RegistryError> {
        let mut write = self.store.write().await?;
        let key = KeyRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        if key.state == to {
            return Ok(key);
        }
        // A pending key may become active too, but only by being copied.
        if key.state != from {
            return Err(RegistryError::InvalidKeyState(key.state));
        }
        let next = key
            .state
            .transition_to(to)
            .map_err(|_| RegistryError::InvalidKeyState(key.state))?;
        let now = self.now();
        write.set_key_state(id, next, now).await?;
        write.record(now, about(&key, action)).await?;
        let switched = KeyRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        write.commit().await?;
        Ok(switched)
    }
}
