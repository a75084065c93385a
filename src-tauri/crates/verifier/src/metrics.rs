//! Counters of a verifier. None names a key.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use keystile_keys::DenyReason;

use crate::error::Error;
use crate::sharded::Sharded;
use crate::verification::{SecretInfo, Verification};

/// A snapshot of the counters of one [`Verifier`](crate::Verifier), since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// Accepted checks.
    pub accepted: u64,
    /// Rejected checks by [`DenyReason::index`].
    pub(crate) rejected: [u64; DenyReason::ALL.len()],
    /// Checks that failed because the Argon2id queue was full or slow.
    pub busy: u64,
    /// Checks that failed because of the database.
    pub unavailable: u64,
    /// Runs of Argon2id.
    pub argon2_runs: u64,
    /// Keys in the cache now.
    pub cached_keys: u64,
    /// Secrets that Argon2id has verified.
    pub proven_secrets: u64,
    /// Times that cached rows were brought up to date after a commit.
    pub refreshes: u64,
    /// Keys that checks looked up in the database because they were not cached.
    pub key_lookups: u64,
    /// Filters of key ids that were built. The first one is built soon after opening.
    pub id_filters_built: u64,
    /// Whether unknown ids are rejected without a look-up.
    pub has_id_filter: bool,
    /// Allowed requests with the current secret of a key that has been rotated.
    pub current_secret_uses: u64,
    /// Allowed requests with the old secret of a key that has been rotated.
    pub old_secret_uses: u64,
    /// For how long the lease on a shared database still lasts; `None` if there is no lease to have.
    pub lease: Option<Duration>,
    /// Requests that are missing in the request log: there were too many at a time, or the file cannot be written.
    pub unlogged_requests: u64,
}

impl Metrics {
    /// Returns how many checks were rejected for this reason.
    pub fn rejected_for(&self, reason: DenyReason) -> u64 {
        self.rejected[reason.index()]
    }
}

#[derive(Default)]
pub(crate) struct Counters(Sharded<Shard>);

#[derive(Default)]
struct Shard {
    accepted: AtomicU64,
    rejected: [AtomicU64; DenyReason::ALL.len()],
    busy: AtomicU64,
    unavailable: AtomicU64,
    refreshes: AtomicU64,
    key_lookups: AtomicU64,
    id_filters_built: AtomicU64,
    current_secret_uses: AtomicU64,
    old_secret_uses: AtomicU64,
}

impl Counters {
    pub(crate) fn checked(&self, result: &Result<Verification, Error>) {
        let shard = self.0.local();
        let counter = match result {
            Ok(verification) => match verification.reason() {
                None => &shard.accepted,
                Some(reason) => &shard.rejected[reason.index()],
            },
            Err(Error::Busy) => &shard.busy,
            Err(Error::Unavailable(_) | Error::Store(_)) => &shard.unavailable,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an allowed request with a secret of a rotated key. Not part of the check, which would load one more cache line
    /// of its key for it.
    pub(crate) fn used(&self, secret: &SecretInfo) {
        if !secret.is_rotated {
            return;
        }
        let shard = self.0.local();
        let counter = match secret.ends_at {
            None => &shard.current_secret_uses,
            Some(_) => &shard.old_secret_uses,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn refreshed(&self) {
        self.0.local().refreshes.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn looked_up(&self) {
        self.0.local().key_lookups.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn built_filter(&self) {
        self.0
            .local()
            .id_filters_built
            .fetch_add(1, Ordering::Relaxed);
    }

    /// Sums all shards. Leaves what is not counted here at zero.
    pub(crate) fn read(&self) -> Metrics {
        let sum = |counter: fn(&Shard) -> &AtomicU64| {
            let shards = self.0.iter();
            shards
                .map(|shard| counter(shard).load(Ordering::Relaxed))
                .sum()
        };
        let mut rejected = [0; DenyReason::ALL.len()];
        for shard in self.0.iter() {
            for (sum, counter) in rejected.iter_mut().zip(&shard.rejected) {
                *sum += counter.load(Ordering::Relaxed);
            }
        }
        Metrics {
            accepted: sum(|shard| &shard.accepted),
            rejected,
            busy: sum(|shard| &shard.busy),
            unavailable: sum(|shard| &shard.unavailable),
            refreshes: sum(|shard| &shard.refreshes),
            key_lookups: sum(|shard| &shard.key_lookups),
            id_filters_built: sum(|shard| &shard.id_filters_built),
            current_secret_uses: sum(|shard| &shard.current_secret_uses),
            old_secret_uses: sum(|shard| &shard.old_secret_uses),
            ..Metrics::default()
        }
    }
}
