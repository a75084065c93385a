//! Settings of a verifier, and opening it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use keystile_keys::Clock;
use keystile_store::{Store, StoreError};
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::shared::Limits;
use crate::tasks;
use crate::verifier::{Inside, MAX_LOOK_UPS, Verifier};
use crate::wish::Wish;

/// Builds a [`Verifier`].
///
/// ```no_run
/// # async fn example() -> Result<(), keystile_verifier::Error> {
/// use keystile_verifier::Verifier;
///
/// let verifier = Verifier::builder()
///     .max_cached_keys(10_000)
///     .open("/home/anna/.local/share/keystile/store".as_ref())
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    limits: Limits,
    clock: Clock,
}

impl Builder {
    /// Keeps at most so many keys in memory, about 0.6 KiB each. Default: 131,072. A key that is not in memory is read
    /// from the database.
    pub fn max_cached_keys(mut self, count: usize) -> Self {
        self.limits.cached_keys = count;
        self
    }

    /// Lets at most so many keys wait for their first Argon2id proof; more are answered by [`Error::Busy`]. Default: 4,096.
    pub fn max_waiting_proofs(mut self, count: usize) -> Self {
        self.limits.waiting_proofs = count;
        self
    }

    /// Answers [`Error::Busy`] for a key that has waited longer than this when its turn for the first proof comes. Default:
    /// 15 s.
    pub fn proof_timeout(mut self, timeout: Duration) -> Self {
        self.limits.proof_wait = timeout;
        self
    }

    /// Takes the time from this function instead of the system's clock: for tests of what happens when keys expire.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Opens the store in this folder. Starts one thread, and one more per core while keys are proven.
    ///
    /// # Errors
    /// `Store` if there is no store, it is not this user's alone, or it was made by another version; `Unavailable` if it
    /// cannot be read.
    pub async fn open(self, directory: &Path) -> Result<Verifier, Error> {
        let store = Store::open_existing(directory, "verifier").await?;
        self.open_store(store).await
    }

    /// Uses a store that is open.
    ///
    /// # Errors
    /// `Unavailable` if it cannot be read.
    pub async fn open_store(self, store: Store) -> Result<Verifier, Error> {
        let (shared, senders) = tasks::start(store, self.limits, self.clock).map_err(|cause| {
            Error::Store(StoreError::Failed {
                cause: Box::new(cause),
            })
        })?;
        let verifier = Verifier {
            inside: Arc::new(Inside {
                shared,
                wishes: senders.wishes,
                flushes: senders.flushes,
                look_ups: Semaphore::new(MAX_LOOK_UPS),
            }),
        };
        verifier.wish(Wish::Refresh).await?;
        Ok(verifier)
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
    pub async fn open(directory: &Path) -> Result<Self, Error> {
        Builder::default().open(directory).await
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
