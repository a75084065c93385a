//! Counters without contention: each thread writes to a shard of its own, and readers sum all shards.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossbeam_utils::CachePadded;

/// More threads than this share shards.
const SHARDS: usize = 16;

static NEXT_SHARD: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static LOCAL_SHARD: Cell<Option<usize>> = const { Cell::new(None) };
}

/// One `T` per thread, each in cache lines of its own.
#[derive(Default)]
pub struct Sharded<T>([CachePadded<T>; SHARDS]);

impl<T> Sharded<T> {
    /// Returns the shard of this thread.
    pub fn local(&self) -> &T {
        let shard = LOCAL_SHARD.get().unwrap_or_else(|| {
            let shard = NEXT_SHARD.fetch_add(1, Ordering::Relaxed) % SHARDS;
            LOCAL_SHARD.set(Some(shard));
            shard
        });
        &self.0[shard]
    }

    /// Iterates over all shards.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|shard| &**shard)
    }
}

impl<T> fmt::Debug for Sharded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sharded").finish_non_exhaustive()
    }
}
