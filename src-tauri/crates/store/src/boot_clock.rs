//! The clock of leases, which counts the time for which the machine was suspended.

use keystile_lease::BootTime;

/// Returns the time since the start of the machine.
#[cfg(unix)]
pub fn boot_time() -> BootTime {
    // On macOS, the monotonic clock goes on while the machine sleeps (clock_gettime(3)).
    #[cfg(not(target_os = "linux"))]
    let clock = rustix::time::ClockId::Monotonic;
    #[cfg(target_os = "linux")]
    let clock = rustix::time::ClockId::Boottime;
    let now = rustix::time::clock_gettime(clock);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    let nanoseconds = u64::try_from(now.tv_nsec).unwrap_or_default();
    BootTime::from_nanos(seconds * 1_000_000_000 + nanoseconds)
}

/// Returns the time since the first call. The performance counter goes on while the machine sleeps.
#[cfg(not(unix))]
pub fn boot_time() -> BootTime {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let elapsed = START.get_or_init(std::time::Instant::now).elapsed();
    BootTime::from_nanos(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX))
}
