//! The operating system's random number generator. Callers pass it in; this crate seeds no generator of its own.

use rand::TryCryptoRng;
use thiserror::Error;

/// The random number generator failed. The cause is for the log and not part of the message.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the operating system provided no random numbers")]
pub struct RandomnessError {
    cause: String,
}

impl RandomnessError {
    /// Returns the message of the generator, for the log. It contains no random bytes.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// Wraps the error of a generator.
    pub fn from_cause(cause: impl std::fmt::Display) -> Self {
        Self {
            cause: cause.to_string(),
        }
    }
}

/// Returns the operating system's generator. It has no state that could leak or be duplicated by a fork.
pub fn os_random() -> impl TryCryptoRng + Copy + Send + Sync {
    rand::rngs::SysRng
}

/// Fills `bytes`. They must not be used after an error.
pub(crate) fn fill(
    random: &mut impl TryCryptoRng,
    bytes: &mut [u8],
) -> Result<(), RandomnessError> {
    random
        .try_fill_bytes(bytes)
        .map_err(RandomnessError::from_cause)
}
