//! Time by which leases and waits are measured.

use std::time::Duration;

/// A time since the start of the machine that counts suspension, in nanoseconds: `CLOCK_BOOTTIME` on Linux,
/// `mach_continuous_time` on macOS, `QueryInterruptTime` on Windows. Compared only with times of the same process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BootTime(u64);

impl BootTime {
    /// The start of the machine. As the end of a permission: there is none.
    pub const ZERO: Self = Self(0);

    /// Converts from nanoseconds.
    pub const fn from_nanos(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// Returns the nanoseconds, for example to publish them in an atomic.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Adds a duration. A sum that is out of range (584 years) becomes the latest time.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(nanoseconds))
    }

    /// Returns the time since an earlier one; zero if that one is later.
    #[must_use]
    pub fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}
