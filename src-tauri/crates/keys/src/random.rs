//! Where randomness comes from, and what it means when there is none.
//! Callers pass `os_random()` in; nothing in this crate takes randomness by itself, and no generator is seeded here.
//! It grows never: one source is the point.

use rand::TryCryptoRng;
use thiserror::Error;

/// The generator gave nothing, so nothing was made from it.
///
/// The generator's own words are kept for the log and are not part of the sentence.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the operating system gave no randomness")]
pub struct RandomnessError {
    cause: String,
}

impl RandomnessError {
    /// What the generator said, for the log. It holds no random bytes.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// From what a generator said; for callers that draw something other than keys and ids.
    pub fn from_cause(cause: impl std::fmt::Display) -> Self {
        Self {
            cause: cause.to_string(),
        }
    }
}

/// The operating system's generator. It is asked anew for every byte; there is no state to leak or to fork.
pub fn os_random() -> impl TryCryptoRng + Copy + Send + Sync {
    rand::rngs::SysRng
}

/// Fills all of `bytes`, or says why not; `bytes` must not be used after an error.
pub(crate) fn fill(
    random: &mut impl TryCryptoRng,
    bytes: &mut [u8],
) -> Result<(), RandomnessError> {
    random
        .try_fill_bytes(bytes)
        .map_err(RandomnessError::from_cause)
}
