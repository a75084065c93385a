//! Reads usage counts.

use keystile_keys::{EnvironmentId, KeyId, ProjectId, Timestamp};

use crate::error::StoreError;
use crate::store::{Backend, Store};
use crate::usage::{KeyUsage, SecretUse};
use crate::usage_activity::{HourlyUsage, IdleKeyQuery, IdleKeys};

impl Store {
    /// Returns the usage of keys. Unused keys are left out.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn key_usage(&self, keys: &[KeyId]) -> Result<Vec<KeyUsage>, StoreError> {
        match self.backend() {
            Backend::Sqlite(store) => store.key_usage(keys).await,
            Backend::Postgres(store) => store.key_usage(keys).await,
        }
    }

    /// Checks that the usage file, if it exists, belongs to Keystile, is not damaged, and can be written.
    ///
    /// # Errors
    /// `Usage`.
    pub async fn check_usage(&self) -> Result<(), StoreError> {
        match self.backend() {
            Backend::Sqlite(store) => store.check_usage().await,
            Backend::Postgres(store) => store.check_usage().await,
        }
    }

    /// Returns since when uses are counted; `None` if there is no usage file. Earlier uses may have been lost with it.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn counting_since(&self) -> Result<Option<Timestamp>, StoreError> {
        match self.backend() {
            Backend::Sqlite(store) => store.counting_since().await,
            Backend::Postgres(store) => store.counting_since().await,
        }
    }

    /// Returns the usage of the secrets of a rotated key, as far as they were used.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn secret_usage(&self, key: KeyId) -> Result<Vec<SecretUse>, StoreError> {
        match self.backend() {
            Backend::Sqlite(store) => store.secret_usage(key).await,
            Backend::Postgres(store) => store.secret_usage(key).await,
        }
    }

    /// Returns the time of the last allowed request for each environment of a project.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn last_requests(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<(EnvironmentId, Timestamp)>, StoreError> {
        match self.backend() {
            Backend::Sqlite(store) => store.last_requests(project).await,
            Backend::Postgres(store) => store.last_requests(project).await,
        }
    }

    /// Returns the requests with keys of an environment by hour since a time, oldest first. Hours without requests are
    /// left out.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read.
    pub async fn hourly_usage(
        &self,
        environment: &EnvironmentId,
        since: Timestamp,
    ) -> Result<Vec<HourlyUsage>, StoreError> {
        match self.backend() {
            Backend::Sqlite(store) => store.hourly_usage(environment, since).await,
            Backend::Postgres(store) => store.hourly_usage(environment, since).await,
        }
    }

    /// Returns the keys of an environment with a filter that were claimed before a time and not used since then. At most
    /// `limit` of them are listed.
    ///
    /// # Errors
    /// `Usage` when the usage file cannot be read: without it, every key would seem to be idle.
    pub async fn idle_keys(
        &self,
        environment: &EnvironmentId,
        query: &IdleKeyQuery,
    ) -> Result<IdleKeys, StoreError> {
        match self.backend() {
            Backend::Sqlite(store) => store.idle_keys(environment, query).await,
            Backend::Postgres(store) => store.idle_keys(environment, query).await,
        }
    }
}
