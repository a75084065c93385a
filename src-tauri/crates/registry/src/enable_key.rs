//! Enables a disabled key. Its secret stays the same.

use keystile_keys::{KeyId, State};
use keystile_store::{Action, KeyRow};

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Enables a disabled key. An active key is left unchanged.
    ///
    /// # Errors
    /// `NotFound`, `InvalidKeyState`, or a `Store` error.
    pub async fn enable_key(&self, id: KeyId) -> Result<KeyRow, RegistryError> {
        self.switch_key(id, State::Disabled, State::Active, Action::KeyEnabled)
            .await
    }
}
