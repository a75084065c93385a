//! Which ids no key has: a Bloom filter, so that a made-up id costs no look into the database. Built in the background
//! by the reading task; a new key's id is added before the commit that made it counts as seen. It may take an unknown
//! id for a known one (about one in 50,000), never a known one for unknown.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use keystile_keys::KeyId;

/// 64-bit words of a block: one line of the processor's cache.
const BLOCK: usize = 8;
/// Bits for each id: 4 MiB for a million.
const BITS_EACH: usize = 24;
/// Fewest ids a filter has room for.
const LEAST: usize = 4096;
/// Bits set for each id, all in one block.
const SET: u32 = 7;

pub(crate) struct IdFilter {
    words: Box<[AtomicU64]>,
    /// Drawn anew for each filter, so that nobody can prepare ids that it takes for known.
    hasher: RandomState,
    room: usize,
    count: AtomicUsize,
}

impl IdFilter {
    /// For this many ids, and a quarter more.
    pub(crate) fn with_room_for(ids: usize) -> Self {
        let room = (ids + ids / 4).max(LEAST);
        let blocks = (room * BITS_EACH).div_ceil(BLOCK * 64);
        let words = (0..blocks * BLOCK).map(|_| AtomicU64::new(0)).collect();
        Self {
            words,
            hasher: RandomState::new(),
            room,
            count: AtomicUsize::new(0),
        }
    }

    /// The first word of the id's block, and 7 × 9 bits that choose in it.
    fn place(&self, id: &KeyId) -> (usize, u64) {
        let hash = self.hasher.hash_one(id);
        let blocks = (self.words.len() / BLOCK) as u64;
        let block = ((hash >> 32) * blocks) >> 32;
        // The block took the upper half; what chooses in it must not follow from that alone.
        let mixed = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (block as usize * BLOCK, mixed ^ (mixed >> 31))
    }

    pub(crate) fn insert(&self, id: &KeyId) {
        let (block, choice) = self.place(id);
        for step in 0..SET {
            let bit = (choice >> (9 * step)) & 511;
            self.words[block + (bit / 64) as usize].fetch_or(1 << (bit % 64), Ordering::Release);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn may_contain(&self, id: &KeyId) -> bool {
        let (block, choice) = self.place(id);
        (0..SET).all(|step| {
            let bit = (choice >> (9 * step)) & 511;
            self.words[block + (bit / 64) as usize].load(Ordering::Acquire) & (1 << (bit % 64)) != 0
        })
    }

    /// With more ids it would take too many unknown ones for known.
    pub(crate) fn is_full(&self) -> bool {
        self.count.load(Ordering::Relaxed) > self.room
    }
}

#[cfg(test)]
mod tests {
    use keystile_keys::{KeyId, os_random};

    use super::IdFilter;

    #[test]
    fn no_known_id_is_missed_and_few_unknown_ones_are_let_through() {
        let draw = || KeyId::generate(&mut os_random()).expect("an id");
        let known: Vec<_> = (0..20_000).map(|_| draw()).collect();
        let filter = IdFilter::with_room_for(known.len());
        known.iter().for_each(|id| filter.insert(id));
        assert!(
            known.iter().all(|id| filter.may_contain(id)),
            "a key that is there must never be called unknown"
        );
        let taken_for_known = (0..50_000).filter(|_| filter.may_contain(&draw())).count();
        assert!(
            taken_for_known < 50,
            "{taken_for_known} of 50,000 made-up ids would be looked up"
        );
        assert!(!filter.is_full());
    }
}
