//! Keys: lookup, lists, and state changes.

use keystile_keys::{EnvironmentId, KeyId, PresentedKey, State};
use keystile_store::{Action, Connection, KeyPage, KeyQuery, KeyRow, Revocation, Write};

use crate::audit::key_entry;
use crate::environments::require_environment;
use crate::error::RegistryError;
use crate::registry::{Registry, unambiguous};

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
pub(crate) fn search_by_id(query: &KeyQuery) -> KeyQuery {
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
        let now = self.latest_time();
        Ok(self.store.list_keys(environment, &query, now).await?)
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
        let now = self.latest_time();
        Ok(self
            .store
            .key_position(environment, &query, key, now)
            .await?)
    }

    /// Returns keys by their ids, without pending and unknown ones.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn find_keys(&self, ids: &[KeyId]) -> Result<Vec<KeyRow>, RegistryError> {
        Ok(self.store.find_keys(ids, self.latest_time()).await?)
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
        let now = self.latest_time();
        let by_id = by_id.map(|key| key.settle(now));
        // The name of an expired key is free.
        let by_name = by_name
            .map(|key| key.settle(now))
            .filter(|key| !key.state.is_terminal());
        unambiguous("key", reference, by_id, by_name, |key| key.id)
    }

    /// Returns the key with this id in any state; `None` if there is none.
    ///
    /// # Errors
    /// A `Store` error.
    pub async fn find_key_by_id(&self, id: KeyId) -> Result<Option<KeyRow>, RegistryError> {
        let found = KeyRow::find(&mut self.store.read().await?, id).await?;
        Ok(found.map(|key| key.settle(self.latest_time())))
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
        self.require_key(&mut connection, id).await
    }

    /// Returns the key with this id, in its state as of now.
    ///
    /// # Errors
    /// `NotFound` or a `Store` error.
    pub(crate) async fn require_key(
        &self,
        connection: &mut Connection<'_>,
        id: KeyId,
    ) -> Result<KeyRow, RegistryError> {
        let key = KeyRow::find(connection, id).await?;
        key.map(|key| key.settle(self.latest_time()))
            .ok_or(RegistryError::NotFound("key"))
    }

    /// Moves a key to a final state; see [`Registry::end_keys`].
    ///
    /// # Errors
    /// `InvalidKeyState` or a `Store` error.
    pub(crate) async fn end_key(
        &self,
        write: &mut Write<'_>,
        key: &KeyRow,
        state: State,
    ) -> Result<(), RegistryError> {
        self.end_keys(write, std::slice::from_ref(key), state, None)
            .await
    }

    /// Moves keys to a final state, writes their audit entries, stores why, and marks their keychain entries for removal.
    /// The caller commits.
    ///
    /// # Errors
    /// `InvalidKeyState` or a `Store` error.
    pub(crate) async fn end_keys(
        &self,
        write: &mut Write<'_>,
        keys: &[KeyRow],
        state: State,
        revocation: Option<&Revocation>,
    ) -> Result<(), RegistryError> {
        for key in keys {
            transition(key, state)?;
        }
        let now = self.now();
        let ids: Vec<_> = keys.iter().map(|key| key.id).collect();
        write.set_key_states(&ids, state, now).await?;
        write.remove_keychain_entries(&ids, now).await?;
        if let Some(revocation) = revocation {
            write.set_revocation(&ids, revocation).await?;
        }
        let action = match state {
            State::Discarded => Action::KeyDiscarded,
            State::Unclaimed => Action::KeyUnclaimed,
            State::Expired => Action::KeyExpired,
            _ => Action::KeyRevoked,
        };
        let entry = |key| {
            let entry = key_entry(key, action);
            match revocation {
                Some(revocation) => entry
                    .with("reason", revocation.reason.as_str())
                    .with("note", revocation.note.as_str()),
                None => entry,
            }
        };
        let entries = keys.iter().map(entry).collect();
        write.record_all(now, entries).await?;
        Ok(())
    }
}
