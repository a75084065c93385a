//! Disables a key until it is enabled again. The next request with the key is rejected.

use keystile_keys::{KeyId, State};
use keystile_store::{Action, KeyRow};

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Disables an active key. A disabled key is left unchanged.
    ///
    /// # Errors
    /// `NotFound`, `InvalidKeyState`, or a `Store` error.
    pub async fn disable_key(&self, id: KeyId) -> Result<KeyRow, RegistryError> {
        self.switch_key(id, State::Active, State::Disabled, Action::KeyDisabled)
            .await
    }
}
