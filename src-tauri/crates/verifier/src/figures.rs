//! What this process has counted since it began. For `/metrics` and for tests that want to see that a flood of forged
//! keys runs Argon2id 0 times. Nothing here names a key.

use std::sync::atomic::{AtomicU64, Ordering};

use keystile_keys::DenyReason;

use crate::answer::Verification;
use crate::error::Error;
use crate::lanes::Lanes;

/// Counters of one [`Verifier`](crate::Verifier).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// Checks that were accepted.
    pub accepted: u64,
    /// Checks that were refused, in the order of [`DenyReason::ALL`].
    pub(crate) refused: [u64; DenyReason::ALL.len()],
    /// Checks that found no room in the queue of proofs.
    pub busy: u64,
    /// Checks without an answer because of the database.
    pub unavailable: u64,
    /// How often Argon2id ran.
    pub argon2_runs: u64,
    /// Keys in memory now.
    pub cached_keys: u64,
    /// Secret versions this process has proven.
    pub proof_marks: u64,
    /// How often rows were read again because something was committed.
    pub refreshes: u64,
    /// Whether made-up ids are refused without a look into the database.
    pub has_id_filter: bool,
}

impl Metrics {
    /// How often this refusal was given.
    pub fn refused_as(&self, refusal: DenyReason) -> u64 {
        self.refused[refusal.index()]
    }

    /// All refusals together.
    pub fn refused_in_all(&self) -> u64 {
        self.refused.iter().sum()
    }
}

/// The counters behind the figures.
#[derive(Default)]
pub(crate) struct Counters(Lanes<Lane>);

#[derive(Default)]
struct Lane {
    accepted: AtomicU64,
    refused: [AtomicU64; DenyReason::ALL.len()],
    busy: AtomicU64,
    unavailable: AtomicU64,
    refreshes: AtomicU64,
}

impl Counters {
    pub(crate) fn answered(&self, verification: &Verification) {
        let lane = self.0.mine();
        match verification.reason() {
            None => &lane.accepted,
            Some(reason) => &lane.refused[reason.index()],
        }
        .fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, error: &Error) {
        let lane = self.0.mine();
        match error {
            Error::Busy => &lane.busy,
            Error::Unavailable { .. } | Error::Store(_) => &lane.unavailable,
        }
        .fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn refreshed(&self) {
        self.0.mine().refreshes.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Metrics {
        let sum = |counter: fn(&Lane) -> &AtomicU64| {
            let lanes = self.0.all();
            lanes
                .map(|lane| counter(lane).load(Ordering::Relaxed))
                .sum()
        };
        let mut refused = [0; DenyReason::ALL.len()];
        for lane in self.0.all() {
            for (sum, counter) in refused.iter_mut().zip(&lane.refused) {
                *sum += counter.load(Ordering::Relaxed);
            }
        }
        Metrics {
            accepted: sum(|lane| &lane.accepted),
            refused,
            busy: sum(|lane| &lane.busy),
            unavailable: sum(|lane| &lane.unavailable),
            refreshes: sum(|lane| &lane.refreshes),
            ..Metrics::default()
        }
    }
}
