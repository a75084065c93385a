//! Reads and writes secret versions.

use keystile_keys::{KeyId, Tag, Timestamp};

use crate::connection::{Connection, on_database};
use crate::error::StoreError;
use crate::secret_version::{NewSecret, SecretVersionRow};
use crate::write::Write;

impl SecretVersionRow {
    /// Returns the secrets of a key, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_for_key(
        connection: &mut Connection<'_>,
        key: KeyId,
    ) -> Result<Vec<Self>, StoreError> {
        on_database!(connection, secret_version::list_for_key(key))
    }

    /// Returns the secret with this row id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        connection: &mut Connection<'_>,
        id: i64,
    ) -> Result<Option<Self>, StoreError> {
        on_database!(connection, secret_version::find(id))
    }

    /// Returns the secrets of a key that were copied and work at a time, if the key does, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list_usable(
        connection: &mut Connection<'_>,
        key: KeyId,
        now: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let mut versions = Self::list_for_key(connection, key).await?;
        versions.retain(|version| version.is_usable_at(now));
        versions.reverse();
        Ok(versions)
    }

    /// Returns the id of the secret that was issued for a request with this idempotency key.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find_by_submission(
        connection: &mut Connection<'_>,
        idempotency_key: &str,
    ) -> Result<Option<i64>, StoreError> {
        on_database!(
            connection,
            secret_version::find_by_submission(idempotency_key)
        )
    }
}

impl Write<'_> {
    /// Inserts a secret, which waits to be copied, and returns its id.
    ///
    /// # Errors
    /// `UniqueViolation(IdempotencyKey)`, or the database cannot be written.
    pub async fn add_secret(
        &mut self,
        key: KeyId,
        new: &NewSecret<'_>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let install_key_id = self.install_key_id();
        on_database!(
            self.connection(),
            secret_version::add_secret(key, new, now, install_key_id)
        )
    }

    /// Stores that a secret was copied. Returns whether it was waiting for that: it was neither copied before nor
    /// discarded.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn claim_secret(&mut self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        on_database!(self.connection(), secret_version::claim_secret(id, now))
    }

    /// Stores from when on requests with a secret are denied, unless that is earlier already.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn end_secret(&mut self, id: i64, at: Timestamp) -> Result<(), StoreError> {
        on_database!(self.connection(), secret_version::end_secret(id, at))
    }

    /// Stores that the prompt of a secret was closed or its loss was acknowledged. Returns whether it was open.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn close_prompt(&mut self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        on_database!(self.connection(), secret_version::close_prompt(id, now))
    }

    /// Stores a tag that was recomputed under the current install key. Returns whether the row exists.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_tag(&mut self, version: i64, tag: &Tag) -> Result<bool, StoreError> {
        let install_key_id = self.install_key_id();
        on_database!(
            self.connection(),
            secret_version::set_tag(version, tag, install_key_id)
        )
    }
}
