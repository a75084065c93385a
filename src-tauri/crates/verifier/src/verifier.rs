//! The public interface of the verifier. [`check`](crate::check) has the checks themselves.

use std::net::IpAddr;
use std::sync::Arc;

use keystile_keys::{KeyId, Permission, Timestamp};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::database_state::DatabaseState;
use crate::error::{Error, UnavailableReason};
use crate::lease_task::Release;
use crate::metrics::Metrics;
use crate::reader_request::{ReaderRequest, Reply};
use crate::request_log::{LogPermit, RequestBuffer};
use crate::shared::Shared;
use crate::usage::KeyUse;
use crate::usage::{self, Flush};
use crate::verification::{Environment, Verification};

/// Keys that checks look up at the same time. Unknown ids queue here, where they delay nothing else.
pub(crate) const MAX_LOOKUPS: usize = 256;
/// Bytes of a reference to an environment: two names of 80 characters fit.
const MAX_REFERENCE_BYTES: usize = 1024;

/// Checks API keys against one store. Cloning is cheap; all clones share their cache.
///
/// A check of a cached key reads 46 bytes of the database header and compares a tag. The first check of a key in a
/// process also reads its row and runs Argon2id once.
#[derive(Clone)]
pub struct Verifier {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) shared: Arc<Shared>,
    pub(crate) requests: mpsc::UnboundedSender<ReaderRequest>,
    pub(crate) flushes: mpsc::UnboundedSender<Flush>,
    pub(crate) request_flushes: mpsc::UnboundedSender<Flush>,
    pub(crate) releases: mpsc::UnboundedSender<Release>,
    pub(crate) lookups: Semaphore,
}

impl Verifier {
    /// Returns the current time by the verifier's clock.
    pub fn now(&self) -> Timestamp {
        self.inner.shared.clock.now()
    }

    /// Returns the time that decides about expiries: the current one, unless the clock was set back.
    pub fn latest_time(&self) -> Timestamp {
        let state = self.inner.shared.state.load();
        state.store.latest_time().observe(self.now())
    }

    /// Finds an environment by its id, or as `project/environment` regardless of case.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn environment(&self, reference: &str) -> Result<Option<Arc<Environment>>, Error> {
        self.find_environment(self.database_state(), reference)
            .await
    }

    pub(crate) async fn find_environment(
        &self,
        database: DatabaseState,
        reference: &str,
    ) -> Result<Option<Arc<Environment>>, Error> {
        if reference.len() > MAX_REFERENCE_BYTES {
            return Ok(None);
        }
        let commit = database.0.map_err(Error::Unavailable)?;
        {
            let state = self.inner.shared.state.load();
            if state.is_fresh_as_of(commit)
                && let Some(cached) = state.cached_environment(reference)
            {
                return Ok(cached);
            }
        }
        self.request(|reply| ReaderRequest::FindEnvironment(reference.to_owned(), reply))
            .await
    }

    /// Returns whether keys can be checked: the database is in place, in rollback mode, and readable.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn ready(&self) -> Result<(), Error> {
        {
            let state = self.inner.shared.state.load();
            if state.is_missing() {
                return Err(Error::Unavailable(UnavailableReason::Missing));
            }
            if state.is_fresh().map_err(Error::Unavailable)? {
                return Ok(());
            }
        }
        self.request(ReaderRequest::Refresh).await
    }

    /// Counts a use of the key that was checked. Never blocks.
    pub fn record(
        &self,
        verification: &Verification,
        permission: Permission,
        client: Option<IpAddr>,
        now: Timestamp,
    ) {
        if let Verification::Accepted(key) = verification {
            self.inner.shared.counters.used(&key.secret);
        }
        if let Some(key) = verification.key() {
            self.inner.shared.usage.record(KeyUse {
                key: key.id,
                secret: key.secret.is_rotated.then_some(key.secret.version),
                permission,
                is_accepted: verification.is_accepted(),
                client,
                now,
            });
        }
    }

    /// Returns whether requests are logged.
    pub fn logs_requests(&self) -> bool {
        self.inner.shared.requests.is_some()
    }

    /// Returns the permission to add a request with this decision to the request log of the store. `None` if requests
    /// are not logged, or if there are too many of this kind at the moment; then its record need not be created.
    pub fn log_permit(&self, is_allowed: bool) -> Option<LogPermit<'_>> {
        self.inner.shared.requests.as_ref()?.permit(is_allowed)
    }

    /// Writes usage counts to the usage file. Happens by itself every 10 s and when the last clone is dropped.
    ///
    /// # Errors
    /// `Store`. Counts that were not written are kept for the next time.
    pub async fn flush_usage(&self) -> Result<(), Error> {
        usage::flush(&self.inner.flushes).await
    }

    /// Writes the request log. Happens by itself within 250 ms of a request and when the last clone is dropped.
    ///
    /// # Errors
    /// `Store`. Requests that were not written are lost.
    pub async fn flush_requests(&self) -> Result<(), Error> {
        if !self.logs_requests() {
            return Ok(());
        }
        usage::flush(&self.inner.request_flushes).await
    }

    /// Writes usage counts and the request log. Both log a failure.
    ///
    /// # Errors
    /// See [`Verifier::flush_usage`]. A failure of the request log is no error: only the log is incomplete.
    pub async fn flush(&self) -> Result<(), Error> {
        let (usage, _requests) = tokio::join!(self.flush_usage(), self.flush_requests());
        usage
    }

    /// Writes what is pending and drops this clone. Call it before the program ends, or up to 10 s of usage counts and
    /// 250 ms of the request log are lost. Other clones stay usable. The last clone gives up its lease.
    ///
    /// # Errors
    /// See [`Verifier::flush`].
    pub async fn shutdown(self) -> Result<(), Error> {
        let flushed = self.flush().await;
        if Arc::strong_count(&self.inner) == 1 {
            self.release_lease().await;
        }
        flushed
    }

    /// Gives up the lease on a shared store, so that no change waits for this process. From then on, checks are unavailable.
    /// Does nothing without a lease.
    pub async fn release_lease(&self) {
        let (reply, released) = oneshot::channel();
        if self.inner.releases.send(reply).is_ok() {
            // The task ends a lease within the limit of a statement.
            let _released = released.await;
        }
    }

    /// Returns the counters of this verifier.
    pub fn metrics(&self) -> Metrics {
        let shared = &self.inner.shared;
        let state = shared.state.load();
        Metrics {
            argon2_runs: shared.argon2.runs(),
            cached_keys: state.keys.len() as u64,
            proven_secrets: state.proof_count() as u64,
            has_id_filter: state.id_filter.load().is_some(),
            lease: state.lease().map(|lease| lease.remaining()),
            unlogged_requests: shared.requests.as_ref().map_or(0, RequestBuffer::lost),
            ..shared.counters.read()
        }
    }

    /// Loads a key into the cache; returns `false` if no key has this id.
    pub(crate) async fn load_key(&self, id: KeyId) -> Result<bool, Error> {
        // The semaphore is never closed.
        let lookups = self.inner.lookups.acquire().await;
        let _permit = lookups.map_err(|_| Error::Busy)?;
        self.request(|reply| ReaderRequest::LoadKey(id, reply))
            .await
    }

    /// Sends a request to the reader task and waits for the reply.
    pub(crate) async fn request<T>(
        &self,
        request: impl FnOnce(Reply<T>) -> ReaderRequest,
    ) -> Result<T, Error> {
        let (reply, response) = oneshot::channel();
        let has_ended = || Error::Unavailable(UnavailableReason::Unreadable);
        self.inner
            .requests
            .send(request(reply))
            .map_err(|_| has_ended())?;
        response
            .await
            .map_err(|_| has_ended())?
            .map_err(Error::Unavailable)
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}
