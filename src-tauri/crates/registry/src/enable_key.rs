//! Switch a disabled key on again: it opens its environment as before, with the same secret and the same date.

use keystile_keys::{KeyId, State};
use keystile_store::{Action, KeyRow};

use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Enables a key. One that is active already is left as it is.
    ///
    /// # Errors
    /// `NotFound`, `KeyEnded` (also when it was never copied), or a `Store` error.
    pub async fn enable_key(&self, id: KeyId) -> Result<KeyRow, RegistryError> {
        self.switch_key(id, State::Disabled, State::Active, Action::KeyEnabled)
            .await
    }
}
