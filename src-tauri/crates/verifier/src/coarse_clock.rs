//! A stopwatch that costs a few nanoseconds to read and is accurate to some milliseconds. It runs on while the process
//! is stopped, but not while the machine is suspended.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Measures the time since its last reset. Shared between threads.
pub(crate) struct CoarseClock(AtomicU64);

impl CoarseClock {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(monotonic_millis()))
    }

    pub(crate) fn reset(&self) {
        self.0.store(monotonic_millis(), Ordering::Release);
    }

    pub(crate) fn elapsed(&self) -> Duration {
        Duration::from_millis(monotonic_millis().saturating_sub(self.0.load(Ordering::Acquire)))
    }
}

#[cfg(target_os = "linux")]
fn monotonic_millis() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::MonotonicCoarse);
    let millis = time.tv_sec * 1_000 + time.tv_nsec / 1_000_000;
    u64::try_from(millis).unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
fn monotonic_millis() -> u64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX)
}
