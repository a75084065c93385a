//! Opens a verifier, with settings.

use std::path::Path;
use std::time::{Duration, SystemTime};

use keystile_store::StoreAddress;

use crate::error::Error;
use crate::verifier::Verifier;

/// Builds a [`Verifier`].
///
/// ```no_run
/// # async fn example() -> Result<(), keystile::Error> {
/// let keystile = keystile::Verifier::builder()
///     .max_cached_keys(10_000)
///     .open("/srv/keystile/store")
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Builder(keystile_verifier::Builder);

impl Builder {
    /// Sets how many keys are cached, at about 0.6 KiB each. Default: 131,072. Other keys are read from the database.
    pub fn max_cached_keys(self, count: usize) -> Self {
        Self(self.0.max_cached_keys(count))
    }

    /// Sets how many keys may wait for their first Argon2id proof. Default: 4,096. More fail with [`Error::Busy`].
    pub fn max_waiting_proofs(self, count: usize) -> Self {
        Self(self.0.max_waiting_proofs(count))
    }

    /// Sets how long a key may wait for its first Argon2id proof before it fails with [`Error::Busy`]. Default: 15 s.
    pub fn proof_timeout(self, timeout: Duration) -> Self {
        Self(self.0.proof_timeout(timeout))
    }

    /// Sets whether the requests of the layer are added to the request log of the store, which the window and `keystile
    /// requests` show. Default: `true`.
    pub fn request_log(self, is_written: bool) -> Self {
        Self(self.0.request_log(is_written))
    }

    /// Replaces the system clock, for tests of key expiry.
    pub fn clock(self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(self.0.clock(now))
    }

    /// Opens the store in this directory, or in the PostgreSQL database of an address that begins with `postgres://`. Never
    /// creates one.
    ///
    /// # Errors
    /// [`Error::Store`] if there is no store, other users have access to it, its schema is not supported, or the server cannot
    /// be reached; [`Error::Unavailable`] if it cannot be read.
    pub async fn open(self, store: impl AsRef<Path>) -> Result<Verifier, Error> {
        let address = StoreAddress::parse(store.as_ref().as_os_str())
            .map_err(|error| Error::Store(error.into()))?;
        Ok(Verifier(self.0.open_at(&address).await?))
    }

    /// Opens the store named by the environment variable `KEYSTILE_DB`, or the default store of this user.
    ///
    /// # Errors
    /// [`Error::NoDataDirectory`] if the default store is unknown; otherwise see [`Builder::open`].
    pub async fn open_default(self) -> Result<Verifier, Error> {
        let variable = std::env::var_os(keystile_store::DIRECTORY_VARIABLE);
        let directory = variable
            .filter(|path| !path.is_empty())
            .map(Into::into)
            .or_else(keystile_store::default_directory)
            .ok_or(Error::NoDataDirectory)?;
        self.open(directory).await
    }
}

impl Verifier {
    /// Returns a builder with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Opens the store in this directory or PostgreSQL database with the default settings.
    ///
    /// # Errors
    /// See [`Builder::open`].
    pub async fn open(store: impl AsRef<Path>) -> Result<Self, Error> {
        Builder::default().open(store).await
    }

    /// Opens the store named by the environment variable `KEYSTILE_DB`, or the default store of this user.
    ///
    /// # Errors
    /// See [`Builder::open_default`].
    pub async fn open_default() -> Result<Self, Error> {
        Builder::default().open_default().await
    }
}
