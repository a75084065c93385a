//! Waits for conditions by looking again and again. A pause by itself proves nothing, so there is no other way to wait.

use std::time::{Duration, Instant};

use crate::error::{TestError, TestResult};

/// How long a condition may take before the journey is broken. Argon2id in a debug build on a busy machine takes a
/// second; nothing else takes as long.
pub const WAIT_TIMEOUT: Duration = Duration::from_secs(15);

const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// Looks until there is something. `what` completes "It never happened that …".
///
/// # Errors
/// Nothing came within [`WAIT_TIMEOUT`], or looking failed.
#[track_caller]
pub fn wait_until<T>(what: &str, look: impl FnMut() -> TestResult<Option<T>>) -> TestResult<T> {
    wait_until_within(WAIT_TIMEOUT, what, look)
}

/// [`until`] with another patience.
///
/// # Errors
/// As [`until`].
#[track_caller]
pub fn wait_until_within<T>(
    patience: Duration,
    what: &str,
    mut look: impl FnMut() -> TestResult<Option<T>>,
) -> TestResult<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if begun.elapsed() > patience {
            return Err(TestError::new(format!("It never happened that {what}.")));
        }
        std::thread::sleep(POLL_INTERVAL);
    }
}
