//! Reads and writes keys.

use keystile_keys::{EnvironmentId, KeyId, Name, State, Timestamp};

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::key::{KeyRow, NewKey};
use crate::revocation::Revocation;
use crate::write::Write;

impl KeyRow {
    /// Returns the key with this id in any state, even if its environment was deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        connection: &mut Connection<'_>,
        id: KeyId,
    ) -> Result<Option<Self>, StoreError> {
        on_database!(connection, key::find(id))
    }

    /// Returns an upper bound of the number of keys without reading them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn max_count(connection: &mut Connection<'_>) -> Result<u64, StoreError> {
        on_database!(connection, key::max_count())
    }

    /// Returns the names of keys, without unknown ones.
    pub(crate) async fn names(
        connection: &mut Connection<'_>,
        ids: &[KeyId],
    ) -> Result<Vec<(KeyId, String)>, StoreError> {
        on_database!(connection, key::names(ids))
    }

    /// Returns at most `limit` key ids after `after`, in order and concatenated, which is the fastest way to read all
    /// ids.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn ids_after(
        connection: &mut Connection<'_>,
        after: &str,
        limit: u32,
    ) -> Result<String, StoreError> {
        on_database!(connection, key::ids_after(after, limit))
    }

    /// Returns the key with this case-insensitive name, unless its state is terminal.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_by_name(
        connection: &mut Connection<'_>,
        environment: &EnvironmentId,
        name: &str,
    ) -> Result<Option<Self>, StoreError> {
        // Nothing is stored under an invalid name.
        let Ok(name) = Name::parse(name) else {
            return Ok(None);
        };
        on_database!(connection, key::find_by_name(environment, &name))
    }

    /// Returns whether an environment has keys in a state that is not terminal.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn has_non_terminal_keys(
        connection: &mut Connection<'_>,
        environment: &EnvironmentId,
    ) -> Result<bool, StoreError> {
        on_database!(connection, key::has_non_terminal_keys(environment))
    }

    /// Returns the keys of an environment in a state that is not terminal.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_non_terminal(
        connection: &mut Connection<'_>,
        environment: &EnvironmentId,
    ) -> Result<Vec<Self>, StoreError> {
        on_database!(connection, key::list_non_terminal(environment))
    }
}

impl Write<'_> {
    /// Inserts a pending key with its secret, and returns the id of the secret.
    ///
    /// # Errors
    /// `UniqueViolation(KeyName | IdempotencyKey)`, or the database cannot be written.
    pub async fn add_key(&mut self, new: &NewKey<'_>, now: Timestamp) -> Result<i64, StoreError> {
        on_database!(self.connection(), key::insert(new, now))?;
        self.add_secret(new.id, &new.secret, now).await
    }

    /// Stores a state that [`State::transition_to`] returned for each of these keys, with its time.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_key_states(
        &mut self,
        ids: &[KeyId],
        state: State,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_database!(self.connection(), key::set_key_states(ids, state, now))
    }

    /// Stores when the pause of disabled keys ends.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_disabled_until(
        &mut self,
        ids: &[KeyId],
        until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        on_database!(self.connection(), key::set_disabled_until(ids, until))
    }

    /// Stores why keys were revoked.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_revocation(
        &mut self,
        ids: &[KeyId],
        revocation: &Revocation,
    ) -> Result<(), StoreError> {
        on_database!(self.connection(), key::set_revocation(ids, revocation))
    }
}
