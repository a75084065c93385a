//! Counting without waiting. Cores that write to one place wait for each other, and that costs more than a count; so each
//! thread writes to a lane of its own, and whoever wants to know adds the lanes up. The counts of the verifier and of the
//! service stand in it. It knows nothing of what is counted.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Threads beyond these share.
const LANES: usize = 16;

static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static MINE: Cell<Option<usize>> = const { Cell::new(None) };
}

/// One thing for each thread.
#[derive(Default)]
pub struct Lanes<T>([Lane<T>; LANES]);

/// In cache lines of its own; processors fetch them in pairs.
#[derive(Default)]
#[repr(align(128))]
struct Lane<T>(T);

impl<T> Lanes<T> {
    /// This thread's.
    pub fn mine(&self) -> &T {
        let lane = MINE.get().unwrap_or_else(|| {
            let lane = NEXT.fetch_add(1, Ordering::Relaxed) % LANES;
            MINE.set(Some(lane));
            lane
        });
        &self.0[lane].0
    }

    /// Every thread's.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|lane| &lane.0)
    }
}

impl<T> std::fmt::Debug for Lanes<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lanes").finish_non_exhaustive()
    }
}
