//! Revokes a key. This is irreversible: in a production environment the key's name must be typed. The next request with
//! the key is rejected.

use keystile_keys::{KeyId, Stage, State};
use keystile_store::KeyRow;

use crate::confirm::require_name;
use crate::error::RegistryError;
use crate::keys::require_key;
use crate::registry::Registry;

impl Registry {
    /// Revokes a key.
    ///
    /// # Errors
    /// `NotFound`, `InvalidKeyState`, `NameRequired` if `confirmation` is not its name or, in production, is missing,
    /// or a `Store` error.
    pub async fn revoke(
        &self,
        id: KeyId,
        confirmation: Option<&str>,
    ) -> Result<KeyRow, RegistryError> {
        let mut write = self.store.write().await?;
        let key = require_key(write.connection(), id).await?;
        require_name(key.stage == Stage::Production, &key.name, confirmation)?;
        self.end_key(&mut write, &key, State::Revoked).await?;
        let revoked = require_key(write.connection(), id).await?;
        write.commit().await?;
        self.request_sweep();
        Ok(revoked)
    }
}
