//! What a change waited for after its commit.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How the verifiers of a shared store learned of a change. They allow no request by what it has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Propagation {
    /// The verifiers that have acknowledged the change.
    pub replicas: u64,
    /// The verifiers that did not respond before their leases had ended; `None` if the database did not respond either.
    pub silent: Option<u64>,
    /// How long the change waited.
    pub waited: Duration,
}

/// The changes of this process that have waited, since its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PropagationTotals {
    /// The number of changes.
    pub changes: u64,
    /// How long they waited together.
    pub waited: Duration,
    /// How often a verifier did not respond.
    pub silent: u64,
}

static CHANGES: AtomicU64 = AtomicU64::new(0);
static WAITED_MICROS: AtomicU64 = AtomicU64::new(0);
static SILENT: AtomicU64 = AtomicU64::new(0);

impl Propagation {
    pub(crate) fn count(&self) {
        let micros = u64::try_from(self.waited.as_micros()).unwrap_or_default();
        CHANGES.fetch_add(1, Ordering::Relaxed);
        WAITED_MICROS.fetch_add(micros, Ordering::Relaxed);
        SILENT.fetch_add(self.silent.unwrap_or_default(), Ordering::Relaxed);
    }
}

impl PropagationTotals {
    /// Reads the totals of this process.
    pub fn read() -> Self {
        Self {
            changes: CHANGES.load(Ordering::Relaxed),
            waited: Duration::from_micros(WAITED_MICROS.load(Ordering::Relaxed)),
            silent: SILENT.load(Ordering::Relaxed),
        }
    }
}
