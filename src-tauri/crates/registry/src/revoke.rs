//! Revoke a key. Final: the commit has happened when this returns, so the very next request is refused. In a
//! production environment the key's name must be typed.

use keystile_keys::{KeyId, Stage, State};
use keystile_store::{Action, AuditEntry, KeyRow, KeychainEntryState, Write};

use crate::delete_environment::require_name;
use crate::error::RegistryError;
use crate::registry::Registry;

impl Registry {
    /// Revokes a key.
    ///
    /// # Errors
    /// `NotFound`, `KeyEnded`, `NameRequired` in production when `confirmation` is not its name, or a `Store` error.
    pub async fn revoke(
        &self,
        id: KeyId,
        confirmation: Option<&str>,
    ) -> Result<KeyRow, RegistryError> {
        let mut write = self.store.write().await?;
        let key = KeyRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        require_name(key.stage == Stage::Production, &key.name, confirmation)?;
        self.end_key_in(&mut write, &key, State::Revoked).await?;
        let revoked = KeyRow::find(write.connection(), id)
            .await?
            .ok_or(RegistryError::NotFound("key"))?;
        write.commit().await?;
        self.want_sweep();
        Ok(revoked)
    }

    /// Moves a key to an ended state, records it, and has its keychain entry removed. The caller commits.
    pub(crate) async fn end_key_in(
        &self,
        write: &mut Write<'_>,
        key: &KeyRow,
        state: State,
    ) -> Result<(), RegistryError> {
        let next = key
            .state
            .transition_to(state)
            .map_err(|_| RegistryError::InvalidKeyState(key.state))?;
        let now = self.now();
        write.set_key_state(key.id, next, now).await?;
        if key.keychain.is_some() {
            write
                .set_keychain_entry(key.id, KeychainEntryState::Removing, now)
                .await?;
        }
        let action = match next {
            State::Discarded => Action::KeyDiscarded,
            State::Unclaimed => Action::KeyUnclaimed,
            _ => Action::KeyRevoked,
        };
        write.record(now, about(key, action)).await?;
        Ok(())
    }
}

/// An audit entry that names a key and where it belongs.
pub(crate) fn about(key: &KeyRow, action: Action) -> AuditEntry {
    AuditEntry::new(action)
        .project(&key.project_id)
        .environment(&key.environment_id)
        .key(key.id)
        .with("name", key.name.as_str())
}
