//! Waits for conditions by polling them. Tests never sleep for a fixed time instead.

use std::time::{Duration, Instant};

use super::error::{TestError, TestResult};

/// How long a condition may take. The slowest, Argon2id in a debug build on a busy machine, takes about a second.
pub const WAIT_TIMEOUT: Duration = Duration::from_secs(15);

const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// Polls until `poll` returns a value. `condition` is a clause for the error message.
///
/// # Errors
/// There was no value within [`WAIT_TIMEOUT`], or `poll` failed.
#[track_caller]
pub fn wait_until<T>(
    condition: &str,
    poll: impl FnMut() -> TestResult<Option<T>>,
) -> TestResult<T> {
    wait_until_within(WAIT_TIMEOUT, condition, poll)
}

/// Polls as [`wait_until`] does, with another timeout.
///
/// # Errors
/// As [`wait_until`].
#[track_caller]
pub fn wait_until_within<T>(
    timeout: Duration,
    condition: &str,
    mut poll: impl FnMut() -> TestResult<Option<T>>,
) -> TestResult<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = poll()? {
            return Ok(found);
        }
        if started.elapsed() > timeout {
            return Err(TestError::new(format!(
                "Timed out after {timeout:?} waiting until {condition}."
            )));
        }
        std::thread::sleep(POLL_INTERVAL);
    }
}
