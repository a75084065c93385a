//! A stopwatch that costs a few nanoseconds to read and is exact to some milliseconds. It goes on while the process is
//! stopped; while the whole machine is suspended nobody can replace a file.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Measures the time since it was last reset; shared between threads.
pub(crate) struct CoarseClock(AtomicU64);

impl CoarseClock {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(now()))
    }

    pub(crate) fn reset(&self) {
        self.0.store(now(), Ordering::Release);
    }

    pub(crate) fn elapsed(&self) -> Duration {
        Duration::from_millis(now().saturating_sub(self.0.load(Ordering::Acquire)))
    }
}

/// Milliseconds of a monotonic clock.
#[cfg(target_os = "linux")]
fn now() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::MonotonicCoarse);
    let milliseconds = time.tv_sec * 1_000 + time.tv_nsec / 1_000_000;
    u64::try_from(milliseconds).unwrap_or_default()
}

/// Milliseconds of a monotonic clock.
#[cfg(not(target_os = "linux"))]
fn now() -> u64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX)
}
