//! The lease of this process, as checks see it: until when they may be decided from memory.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use keystile_lease::BootTime;
use keystile_store::boot_time;
use tokio::sync::watch;

use crate::error::UnavailableReason;

/// The permission to decide checks from memory, and why there is none.
pub(crate) struct LeaseState {
    /// [`BootTime`] in nanoseconds.
    permission_until: AtomicU64,
    reason: AtomicU8,
    /// Whether there was a permission yet.
    begun: watch::Sender<bool>,
}

/// The reasons for having no lease, by their index in [`LeaseState::reason`].
const REASONS: [UnavailableReason; 3] = [
    UnavailableReason::NoLease,
    UnavailableReason::TransactionPooler,
    UnavailableReason::Standby,
];

impl LeaseState {
    pub(crate) fn new() -> Self {
        Self {
            permission_until: AtomicU64::new(0),
            reason: AtomicU8::new(0),
            begun: watch::Sender::new(false),
        }
    }

    /// Checks that memory may decide now.
    ///
    /// # Errors
    /// `NoLease`, `TransactionPooler`, or `Standby`.
    pub(crate) fn check(&self) -> Result<(), UnavailableReason> {
        if boot_time().as_nanos() < self.permission_until.load(Ordering::Acquire) {
            return Ok(());
        }
        let reason = usize::from(self.reason.load(Ordering::Relaxed));
        Err(REASONS
            .get(reason)
            .copied()
            .unwrap_or(UnavailableReason::NoLease))
    }

    /// Returns for how long memory may still decide.
    pub(crate) fn remaining(&self) -> Duration {
        let until = BootTime::from_nanos(self.permission_until.load(Ordering::Acquire));
        until.saturating_since(boot_time())
    }

    /// Publishes a permission; [`BootTime::ZERO`] withdraws it.
    pub(crate) fn publish(&self, until: BootTime) {
        self.permission_until
            .store(until.as_nanos(), Ordering::Release);
        if until > BootTime::ZERO {
            self.reason.store(0, Ordering::Relaxed);
            self.begun
                .send_if_modified(|begun| !std::mem::replace(begun, true));
        }
    }

    /// Stores why there is no lease.
    pub(crate) fn set_reason(&self, reason: UnavailableReason) {
        let index = REASONS.iter().position(|known| *known == reason);
        let index = index.and_then(|index| u8::try_from(index).ok());
        self.reason.store(index.unwrap_or(0), Ordering::Relaxed);
    }

    /// Waits for the first permission.
    pub(crate) async fn begun(&self) {
        let mut begun = self.begun.subscribe();
        // The sender lives as long as this state.
        let _begun = begun.wait_for(|begun| *begun).await;
    }
}
