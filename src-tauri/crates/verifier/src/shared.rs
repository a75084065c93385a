//! What the checks and the tasks behind them share.

use std::path::PathBuf;
use std::time::Duration;

use arc_swap::ArcSwap;
use keystile_keys::Clock;

use crate::figures::Counters;
use crate::ground::Ground;
use crate::proofs::Proofs;
use crate::usage::Usage;

/// How much a verifier may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Keys in memory, about 0.6 KiB each.
    pub(crate) cached_keys: usize,
    /// Secrets that wait for their first proof.
    pub(crate) waiting_proofs: usize,
    /// How long they wait before `Busy`.
    pub(crate) proof_wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cached_keys: 131_072,
            waiting_proofs: 4_096,
            proof_wait: Duration::from_secs(15),
        }
    }
}

/// What the checks and the tasks behind them have in common.
pub(crate) struct Shared {
    pub(crate) ground: ArcSwap<Ground>,
    pub(crate) counters: Counters,
    pub(crate) limits: Limits,
    pub(crate) clock: Clock,
    pub(crate) proofs: Proofs,
    pub(crate) usage: Usage,
    pub(crate) directory: PathBuf,
}
