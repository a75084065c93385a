//! Random numbers for names and ports, which need not be secret.

use std::hash::{BuildHasher, RandomState};

/// Returns a number that other processes do not choose too.
pub(crate) fn random_number() -> u64 {
    RandomState::new().hash_one(std::process::id())
}
