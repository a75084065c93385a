//! Opens a verifier, with settings.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use keystile_keys::Clock;
use keystile_store::{ReplicaInfo, Store, StoreAddress, StoreError};
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::limits::{Consistency, Limits};
use crate::reader_request::ReaderRequest;
use crate::tasks;
use crate::verifier::{Inner, MAX_LOOKUPS, Verifier};

/// How long a verifier may wait for its first lease.
const MAX_LEASE_TIME: Duration = Duration::from_secs(5);

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
    program: Option<&'static str>,
    verifies: Option<String>,
}

impl Builder {
    /// Sets how many keys are cached, at about 0.6 KiB each. Default: 131,072. Other keys are read from the database.
    pub fn max_cached_keys(mut self, count: usize) -> Self {
        self.limits.max_cached_keys = count;
        self
    }

    /// Sets how many keys may wait for their first Argon2id proof. Default: 4,096. More fail with [`Error::Busy`].
    pub fn max_waiting_proofs(mut self, count: usize) -> Self {
        self.limits.max_waiting_proofs = count;
        self
    }

    /// Sets how long a key may wait for its first Argon2id proof before it fails with [`Error::Busy`]. Default: 15 s.
    pub fn proof_timeout(mut self, timeout: Duration) -> Self {
        self.limits.proof_timeout = timeout;
        self
    }

    /// Sets whether requests are added to the request log of the store. Default: `true`. Nothing is written before the
    /// first request.
    pub fn request_log(mut self, is_written: bool) -> Self {
        self.limits.logs_requests = is_written;
        self
    }

    /// Sets how a verifier on a shared PostgreSQL database knows whether keys were changed. Default: a lease.
    pub fn consistency(mut self, consistency: Consistency) -> Self {
        self.limits.consistency = consistency;
        self
    }

    /// Sets what a list of replicas shows: the name of the program, and what it checks. Default: `library`, all
    /// environments.
    pub fn replica(mut self, program: &'static str, verifies: impl Into<String>) -> Self {
        self.program = Some(program);
        self.verifies = Some(verifies.into());
        self
    }

    /// Replaces the system clock, for tests of key expiry.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Opens the store in this directory. Never creates one. Starts one thread, and one per core while keys are proven.
    ///
    /// # Errors
    /// `Store` if there is no store, other users have access to it, or it has an unsupported schema; `Unavailable` if
    /// it cannot be read.
    pub async fn open(self, directory: &Path) -> Result<Verifier, Error> {
        let store = Store::open_existing(directory, "verifier").await?;
        self.open_store(store).await
    }

    /// Opens the store at an address, a folder or a PostgreSQL database. Never creates one.
    ///
    /// # Errors
    /// See [`Builder::open`]; `Store` if the server cannot be reached, or rejects the user.
    pub async fn open_at(self, address: &StoreAddress) -> Result<Verifier, Error> {
        let store = Store::open_at(address, "verifier").await?;
        self.open_store(store).await
    }

    /// Uses an open store.
    ///
    /// # Errors
    /// `Unavailable` if it cannot be read.
    pub async fn open_store(self, store: Store) -> Result<Verifier, Error> {
        let replica = ReplicaInfo {
            host: gethostname::gethostname().to_string_lossy().into_owned(),
            program: self.program.unwrap_or("library").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            verifies: self.verifies.unwrap_or_default(),
        };
        let started = tasks::start(store, self.limits, self.clock, replica);
        let (shared, senders) = started.map_err(|cause| {
            Error::Store(StoreError::Failed {
                cause: Box::new(cause),
            })
        })?;
        let lease = shared.state.load().lease();
        let verifier = Verifier {
            inner: Arc::new(Inner {
                shared,
                requests: senders.requests,
                flushes: senders.flushes,
                request_flushes: senders.request_flushes,
                releases: senders.releases,
                lookups: Semaphore::new(MAX_LOOKUPS),
            }),
        };
        verifier.request(ReaderRequest::Refresh).await?;
        if let Some(lease) = lease {
            let begun = tokio::time::timeout(MAX_LEASE_TIME, lease.begun()).await;
            if begun.is_err() {
                lease.check().map_err(Error::Unavailable)?;
            }
        }
        Ok(verifier)
    }
}

impl Verifier {
    /// Returns a builder with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Opens the store in this directory with the default settings.
    ///
    /// # Errors
    /// See [`Builder::open`].
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
