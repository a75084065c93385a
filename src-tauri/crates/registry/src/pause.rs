//! How long a key may be disabled for.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::error::RegistryError;

/// The allowed lengths of a pause.
const PAUSES: RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(30 * 24 * 60 * 60);

/// Checks the length of a pause. `None`: until the key is enabled.
///
/// # Errors
/// `InvalidPause`.
pub(crate) fn check_pause(pause: Option<Duration>) -> Result<(), RegistryError> {
    match pause {
        Some(pause) if !PAUSES.contains(&pause) => Err(RegistryError::InvalidPause),
        _ => Ok(()),
    }
}
