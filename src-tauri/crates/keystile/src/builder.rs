//! Settings of a verifier.

use std::path::Path;
use std::time::{Duration, SystemTime};

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
    /// Keeps at most so many keys in memory, about 0.6 KiB each. Default: 131,072. A key that is not in memory is read
    /// from the database.
    pub fn max_cached_keys(self, count: usize) -> Self {
        Self(self.0.max_cached_keys(count))
    }

    /// Lets at most so many keys wait for their first Argon2id proof; more are answered by [`Error::Busy`]. Default: 4,096.
    pub fn max_waiting_proofs(self, count: usize) -> Self {
        Self(self.0.max_waiting_proofs(count))
    }

    /// Answers [`Error::Busy`] for a key that has waited longer than this when its turn for the first proof comes. Default:
    /// 15 s.
    pub fn proof_timeout(self, timeout: Duration) -> Self {
        Self(self.0.proof_timeout(timeout))
    }

    /// Takes the time from this function instead of the system's clock: for tests of what happens when keys expire.
    pub fn clock(self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(self.0.clock(now))
    }

    /// Opens the store in this folder. Never creates one.
    ///
    /// # Errors
    /// [`Error::Store`] if there is none, it is open to other users, or it was made by another version;
    /// [`Error::Unavailable`] if it cannot be read.
    pub async fn open(self, directory: impl AsRef<Path>) -> Result<Verifier, Error> {
        Ok(Verifier(self.0.open(directory.as_ref()).await?))
    }

    /// Opens the store that the variable `KEYSTILE_DB` names, or that of this user's Keystile window.
    ///
    /// # Errors
    /// As [`Builder::open`], and [`Error::NoDataFolder`].
    pub async fn open_default(self) -> Result<Verifier, Error> {
        let named = std::env::var_os(keystile_store::DIRECTORY_VARIABLE);
        let directory = named
            .filter(|path| !path.is_empty())
            .map(Into::into)
            .or_else(keystile_store::default_directory)
            .ok_or(Error::NoDataFolder)?;
        self.open(directory).await
    }
}

impl Verifier {
    /// Returns a builder with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Opens the store in this folder with the default settings. Never creates one.
    ///
    /// # Errors
    /// As [`Builder::open`].
    pub async fn open(directory: impl AsRef<Path>) -> Result<Self, Error> {
        Builder::default().open(directory).await
    }

    /// Opens the store that the variable `KEYSTILE_DB` names, or that of this user's Keystile window.
    ///
    /// # Errors
    /// As [`Builder::open_default`].
    pub async fn open_default() -> Result<Self, Error> {
        Builder::default().open_default().await
    }
}
