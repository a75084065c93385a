//! A clock that a test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use keystile_keys::{Clock, Timestamp};
use keystile_verifier::{Builder, Verifier};

/// A clock that stands still unless it is changed. Copies are the same clock.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// Creates a clock that shows a time in 2099: later than the clock of the system, which verifiers use.
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(4_070_908_800_000)))
    }

    /// Returns the clock for a registry.
    pub fn clock(&self) -> Clock {
        let clock = self.clone();
        Clock::new(move || clock.now())
    }

    /// Returns a builder of verifiers with the clock.
    pub fn verifier_builder(&self) -> Builder {
        let clock = self.clone();
        Verifier::builder().clock(move || clock.system_time())
    }

    /// Returns the time as the standard library has it.
    pub fn system_time(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.now().as_millis().unsigned_abs())
    }

    /// Returns the time.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    /// Sets the clock.
    pub fn set(&self, time: Timestamp) {
        self.0.store(time.as_millis(), Ordering::SeqCst);
    }

    /// Sets the clock forward.
    pub fn advance(&self, time: Duration) {
        self.0.fetch_add(millis(time), Ordering::SeqCst);
    }

    /// Sets the clock back.
    pub fn set_back(&self, time: Duration) {
        self.0.fetch_sub(millis(time), Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
