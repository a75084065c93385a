//! Revokes a key. This is irreversible: in a production environment the key's name must be typed. The next request with
//! the key is rejected.

use keystile_keys::{KeyId, Stage, State};
use keystile_store::{KeyRow, Revocation};

use crate::changed::Changed;
use crate::confirm::require_name;
use crate::error::RegistryError;
use crate::key_details::parse_revocation;
use crate::registry::Registry;

impl Registry {
    /// Revokes a key without a reason; see [`Registry::revoke_because`].
    ///
    /// # Errors
    /// See [`Registry::revoke_because`].
    pub async fn revoke(
        &self,
        id: KeyId,
        confirmation: Option<&str>,
    ) -> Result<Changed<KeyRow>, RegistryError> {
        self.revoke_because(id, confirmation, None).await
    }

    /// Revokes a key. A revoked key is left unchanged. When this returns, no process accepts the key.
    ///
    /// # Errors
    /// `NotFound`, `InvalidKeyState`, `NameRequired` if `confirmation` is not its name or, in production, is missing,
    /// `NoteTooLong`, or a `Store` error.
    pub async fn revoke_because(
        &self,
        id: KeyId,
        confirmation: Option<&str>,
        revocation: Option<&Revocation>,
    ) -> Result<Changed<KeyRow>, RegistryError> {
        let revocation = parse_revocation(revocation)?;
        let mut write = self.store.write().await?;
        let key = self.require_key(write.connection(), id).await?;
        if key.state == State::Revoked {
            // Another process may still wait for it.
            let propagation = write.await_earlier().await?;
            return Ok(Changed {
                value: key,
                propagation,
            });
        }
        require_name(key.stage == Stage::Production, &key.name, confirmation)?;
        let keys = std::slice::from_ref(&key);
        self.end_keys(&mut write, keys, State::Revoked, revocation.as_ref())
            .await?;
        let revoked = self.require_key(write.connection(), id).await?;
        let propagation = write.commit().await?;
        self.request_sweep();
        Ok(Changed {
            value: revoked,
            propagation,
        })
    }
}
