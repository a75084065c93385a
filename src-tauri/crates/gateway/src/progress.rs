//! Whether a body moves. The sender of a long one is not told that the API was slow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shared between a body and whoever waits for the answer to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<AtomicBool>);

impl Progress {
    pub(crate) fn make(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether any was made since this was last asked.
    pub(crate) fn was_made(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}
