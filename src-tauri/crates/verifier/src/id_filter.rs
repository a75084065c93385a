//! A Bloom filter of all key ids, so that an unknown id costs no database look-up. It may let an unknown id through,
//! and never rejects a known one: the reader task adds a new id before the commit that created it counts as read.
//!
//! Invariant: fastbloom reads and writes its bits with `Relaxed` ordering, so a check may use the filter only after it
//! has synchronized with the reader task: by `VerifierState::is_fresh_as_of` (`Acquire`), which pairs with `mark_fresh`
//! (`Release`), or by receiving a reply of the reader task.

use std::hash::RandomState;
use std::sync::atomic::{AtomicUsize, Ordering};

use fastbloom::AtomicBloomFilter;
use keystile_keys::KeyId;

/// The share of unknown ids that cost a look-up: one in 50,000, for 23 bits per id.
const FALSE_POSITIVES: f64 = 1.0 / 50_000.0;
const MIN_CAPACITY: usize = 4096;

pub(crate) struct IdFilter {
    /// Seeded at random, so that clients cannot prepare ids that pass.
    bits: AtomicBloomFilter<RandomState>,
    capacity: usize,
    count: AtomicUsize,
}

impl IdFilter {
    /// Creates an empty filter for `ids` ids and a quarter more.
    pub(crate) fn new(ids: usize) -> Self {
        let capacity = (ids + ids / 4).max(MIN_CAPACITY);
        Self {
            bits: AtomicBloomFilter::with_false_pos(FALSE_POSITIVES)
                .hasher(RandomState::new())
                .expected_items(capacity),
            capacity,
            count: AtomicUsize::new(0),
        }
    }

    pub(crate) fn insert(&self, id: &KeyId) {
        self.bits.insert(id);
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn may_contain(&self, id: &KeyId) -> bool {
        self.bits.contains(id)
    }

    /// Returns whether it has more ids than it was made for, and lets more unknown ones through.
    pub(crate) fn is_full(&self) -> bool {
        self.count.load(Ordering::Relaxed) > self.capacity
    }
}

#[cfg(test)]
mod tests {
    use keystile_keys::{KeyId, os_random};

    use super::IdFilter;

    #[test]
    fn filter_contains_every_inserted_id_and_few_others() {
        let generate = || KeyId::generate(&mut os_random()).expect("an id");
        let known: Vec<_> = (0..20_000).map(|_| generate()).collect();
        let filter = IdFilter::new(known.len());
        known.iter().for_each(|id| filter.insert(id));
        assert!(
            known.iter().all(|id| filter.may_contain(id)),
            "an existing key must never be rejected as unknown"
        );
        let false_positives = (0..50_000)
            .filter(|_| filter.may_contain(&generate()))
            .count();
        assert!(
            false_positives < 50,
            "{false_positives} of 50,000 unknown ids would cost a look-up"
        );
        assert!(!filter.is_full());
    }
}
