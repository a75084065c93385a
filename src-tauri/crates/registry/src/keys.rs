//! Keys: lookup, lists, and state changes.

use keystile_keys::{EnvironmentId, KeyId, PresentedKey, State};
use keystile_store::{Action, Connection, KeyPage, KeyQuery, KeyRow, KeychainEntryState, Write};

use crate::audit::key_entry;
use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::registry::{Registry, unambiguous};

/// Returns the key with this id.
///
/// # Errors
/// `NotFound` or a `Store` error.
pub(crate) async fn require_key(
    connection: &mut Connection,
    id: KeyId,
) -> Result<KeyRow, RegistryError> {
    KeyRow::find(connection, id)
        .await?
        .ok_or(RegistryError::NotFound("key"))
}

/// Returns the state after a transition of `key` to `next`.
///
/// # Errors
/// `InvalidKeyState`.
pub(crate) fn transition(key: &KeyRow, next: State) -> Result<State, RegistryError> {
    key.state
        .transition_to(next)
        .map_err(|_| RegistryError::InvalidKeyState(key.state))
}

/// Returns the query, which searches for a whole key by its id.
fn search_by_id(query: &KeyQuery) -> KeyQuery {
    let search = match PresentedKey::parse(query.search.trim()) {
        Ok(key) => key.id().to_string(),
        Err(_) => query.search.clone(),
    };
    KeyQuery {
        search,
        ..query.clone()
    }
}

impl Registry {
    /// Returns a page of an environment's keys, without pending ones. A whole key is searched for by its id.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn list_keys(
        &self,
        environment: &EnvironmentId,
        query: &KeyQuery,
    ) -> Result<KeyPage, RegistryError> {
        {
            let mut connection = self.store.read().await?;
            require_environment(&mut connection, environment).await?;
        }
        let query = search_by_id(query);
        Ok(self.store.list_keys(environment, &query).await?)
    }

    /// Returns the number of keys before a key in a list without pages; `None` if the list does not contain it.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn key_position(
        &self,
        environment: &EnvironmentId,
        query: &KeyQuery,
        key: KeyId,
    ) -> Result<Option<u32>, RegistryError> {
        let query = search_by_id(query);
        Ok(self.store.key_position(environment, &query, key).await?)
    }

    /// Returns keys by their ids, without pending and unknown ones.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn find_keys(&self, ids: &[KeyId]) -> Result<Vec<KeyRow>, RegistryError> {
        Ok(self.store.find_keys(ids).await?)
    }

    /// Returns all keys of an environment, newest first, without pending ones.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub async fn all_keys(
        &self,
        environment: &EnvironmentId,
    ) -> Result<Vec<KeyRow>, RegistryError> {
        let page = self.list_keys(environment, &KeyQuery::default()).await?;
        Ok(page.keys)
    }

    /// Returns the environment's key with this id (in any state) or this name (unless it has ended); `None` if there is
    /// none.
    ///
    /// # Errors
    /// `Ambiguous` if one key has it as its id and another as its name, or a `Store` error.
    pub async fn find_key(
        &self,
        environment: &EnvironmentId,
        reference: &str,
    ) -> Result<Option<KeyRow>, RegistryError> {
        let mut connection = self.store.read().await?;
        let by_id = match reference.parse::<KeyId>() {
            Ok(id) => KeyRow::find(&mut connection, id)
                .await?
                .filter(|key| key.environment_id == *environment),
            Err(_) => None,
        };
        let by_name = KeyRow::find_by_name(&mut connection, environment, reference).await?;
        unambiguous("key", reference, by_id, by_name, |key| key.id)
    }

    /// Returns whether an environment has pending, active, or disabled keys, which its deletion would revoke.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn has_non_terminal_keys(
        &self,
        environment: &EnvironmentId,
    ) -> Result<bool, RegistryError> {
        let mut connection = self.store.read().await?;
        Ok(KeyRow::has_non_terminal_keys(&mut connection, environment).await?)
    }

    /// Returns the key with this id.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub(crate) async fn key(&self, id: KeyId) -> Result<KeyRow, RegistryError> {
        let mut connection = self.store.read().await?;
        require_key(&mut connection, id).await
    }

    /// Moves a key to a final state, writes the audit entry, and marks its keychain entry for removal. The caller
    /// commits.
    ///
    /// # Errors
    /// `InvalidKeyState` or a `Store` error.
    pub(crate) async fn end_key(
        &self,
        write: &mut Write<'_>,
        key: &KeyRow,
        state: State,
    ) -> Result<(), RegistryError> {
        let next = transition(key, state)?;
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
        write.record(now, key_entry(key, action)).await?;
        Ok(())
    }

    /// Moves a key from one state to another and writes the audit entry. A key that is in `to` is left unchanged.
    ///
    /// # Errors
    /// `NotFound`, `InvalidKeyState`, or a `Store` error.
    pub(crate) async fn switch_key(
        &self,
        id: KeyId,
        from: State,
        to: State,
        action: Action,
    ) -> Result<KeyRow, RegistryError> {
        let mut write = self.store.write().await?;
        let key = require_key(write.connection(), id).await?;
        if key.state == to {
            return Ok(key);
        }
        // The transition from pending to active is allowed too, but only `copy` may make it.
        if key.state != from {
            return Err(RegistryError::InvalidKeyState(key.state));
        }
        let next = transition(&key, to)?;
        let now = self.now();
        write.set_key_state(id, next, now).await?;
        write.record(now, key_entry(&key, action)).await?;
        let switched = require_key(write.connection(), id).await?;
        write.commit().await?;
        Ok(switched)
    }
}
