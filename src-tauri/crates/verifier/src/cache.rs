//! The cache of keys, by id. All checks read it; only the reader task writes it.
//!
//! Invariant: keys that were presented only with wrong secrets fill at most half of it, so a flood of guesses evicts no
//! key in use. `quick_cache` does not keep it, because it counts a look-up as a use before the secret is compared. Its
//! look-up also takes 50 ns instead of 31 ns with 1,000 keys and 380 ns instead of 250 ns with 100,000.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
};

use keystile_keys::{EnvironmentId, KeyFacts, KeyId, ProjectId, Tag, Timestamp};

use crate::verification::KeyInfo;

const SHARDS: usize = 16;

/// Secrets of a key: two while it is being rotated.
pub(crate) const MAX_VERSIONS: usize = 2;

/// A prefix, stored inline.
struct InlinePrefix {
    bytes: [u8; 20],
    length: u8,
}

impl InlinePrefix {
    /// Truncates a text that is longer than any prefix; it equals none.
    fn new(text: &str) -> Self {
        let mut bytes = [0; 20];
        let kept = text.len().min(bytes.len());
        bytes[..kept].copy_from_slice(&text.as_bytes()[..kept]);
        Self {
            bytes,
            length: u8::try_from(text.len()).unwrap_or(u8::MAX),
        }
    }

    fn equals(&self, text: &str) -> bool {
        self.bytes.get(..usize::from(self.length)) == Some(text.as_bytes())
    }
}

/// A cached key.
pub(crate) struct Entry {
    pub(crate) facts: KeyFacts,
    /// Inline, like the versions: following a pointer would load one more cache line.
    prefix: InlinePrefix,
    versions: [Option<Version>; MAX_VERSIONS],
    /// The right secret was presented at least once.
    was_proven: AtomicBool,
    /// The right secret was presented since the clock hand passed.
    recently_used: AtomicBool,
}

/// A secret of a key.
pub(crate) struct Version {
    pub(crate) id: i64,
    /// `None` if it was computed under another install key.
    pub(crate) tag: Option<Tag>,
    pub(crate) phc: Box<str>,
    /// When it ends. Also in `info`, which would be one more cache line.
    pub(crate) ends_at: Option<Timestamp>,
    /// The public data of the key, with this secret.
    pub(crate) info: Arc<KeyInfo>,
    /// The tag under the current install key, computed after a proof because the stored one was `None`.
    pub(crate) recomputed_tag: OnceLock<Tag>,
    proof: AtomicU8,
}

/// Whether Argon2id has verified a tag against its hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProofState {
    /// Argon2id has not run in this process.
    Unproven,
    /// Tag and hash belong together.
    Proven,
    /// Tag and hash do not belong together: the row is damaged or forged.
    Failed,
}

/// The secret version that a tag belongs to.
pub(crate) enum TagMatch {
    /// The tag is that of this version.
    Match(usize),
    /// Unknown: the tag of this version was computed under a lost install key. Only Argon2id can tell.
    StaleTag(usize),
    /// The tag is that of no version.
    NoMatch,
}

impl Version {
    pub(crate) fn new(
        id: i64,
        tag: Option<Tag>,
        phc: String,
        is_proven: bool,
        info: KeyInfo,
    ) -> Self {
        Self {
            id,
            tag,
            phc: phc.into(),
            ends_at: info.secret.ends_at,
            info: Arc::new(info),
            recomputed_tag: OnceLock::new(),
            proof: AtomicU8::new(u8::from(is_proven)),
        }
    }

    pub(crate) fn proof(&self) -> ProofState {
        match self.proof.load(Ordering::Acquire) {
            0 => ProofState::Unproven,
            1 => ProofState::Proven,
            _ => ProofState::Failed,
        }
    }

    pub(crate) fn set_proof(&self, proof: ProofState) {
        let number = match proof {
            ProofState::Unproven => 0,
            ProofState::Proven => 1,
            ProofState::Failed => 2,
        };
        self.proof.store(number, Ordering::Release);
    }
}

impl Entry {
    pub(crate) fn new(
        facts: KeyFacts,
        prefix: &str,
        versions: [Option<Version>; MAX_VERSIONS],
    ) -> Self {
        Self {
            facts,
            prefix: InlinePrefix::new(prefix),
            versions,
            was_proven: AtomicBool::new(false),
            recently_used: AtomicBool::new(false),
        }
    }

    /// Returns the secret version with this index of a [`TagMatch`].
    pub(crate) fn version(&self, index: usize) -> Option<&Version> {
        self.versions.get(index).and_then(Option::as_ref)
    }

    /// Returns the index of the secret version with this id.
    pub(crate) fn version_index(&self, id: i64) -> Option<usize> {
        let is_wanted =
            |version: &Option<Version>| version.as_ref().is_some_and(|found| found.id == id);
        self.versions.iter().position(is_wanted)
    }

    fn project(&self) -> Option<&ProjectId> {
        let version = self.versions.iter().flatten().next()?;
        Some(&version.info.project_id)
    }

    pub(crate) fn has_prefix(&self, prefix: &str) -> bool {
        self.prefix.equals(prefix)
    }

    /// Compares with the tag of every version, each in constant time.
    /// `disproven`: the ids of versions without a current tag whose secret is another.
    pub(crate) fn match_tag(&self, presented: &Tag, disproven: &[i64]) -> TagMatch {
        let mut stale = None;
        for (index, version) in self.versions.iter().flatten().enumerate() {
            match version
                .tag
                .as_ref()
                .or_else(|| version.recomputed_tag.get())
            {
                Some(tag) if tag == presented => return TagMatch::Match(index),
                Some(_) => {}
                // The newest one first: it is used most.
                None if !disproven.contains(&version.id) => {
                    stale = stale.or(Some(index));
                }
                None => {}
            }
        }
        stale.map_or(TagMatch::NoMatch, TagMatch::StaleTag)
    }

    /// Records that the right secret was presented. Writes only on change, so that cores share the cache line of a busy
    /// key.
    pub(crate) fn mark_used(&self) {
        for flag in [&self.was_proven, &self.recently_used] {
            if !flag.load(Ordering::Relaxed) {
                flag.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Copies the flags of the entry that this one replaces.
    fn inherit_flags(&self, old: &Self) {
        for (flag, old) in [
            (&self.was_proven, &old.was_proven),
            (&self.recently_used, &old.recently_used),
        ] {
            flag.store(old.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// Hashes key ids. They are random and only those in the database are inserted, so clients cannot choose colliding
/// ones.
#[derive(Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        // The first and the last eight of twelve bytes overlap and cover all of them.
        let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) else {
            return;
        };
        for word in [first, last] {
            self.0 = (self.0.rotate_left(23) ^ u64::from_le_bytes(*word))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

pub(crate) type Entries = HashMap<KeyId, Arc<Entry>, BuildHasherDefault<IdHasher>>;

/// The eviction order of one shard.
#[derive(Default)]
struct EvictionQueue {
    /// First in, first out. Keys whose right secret was presented move on to `main`.
    probation: VecDeque<KeyId>,
    /// A clock: the hand passes over keys that were used since it last came by.
    main: Vec<KeyId>,
    hand: usize,
}

/// A bounded cache of keys.
pub(crate) struct KeyCache {
    shards: [RwLock<Entries>; SHARDS],
    queues: [Mutex<EvictionQueue>; SHARDS],
    /// Of each queue's `probation`, and of its `main`.
    half_capacity: usize,
    count: AtomicUsize,
}

impl KeyCache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            shards: Default::default(),
            queues: Default::default(),
            half_capacity: (capacity / SHARDS / 2).max(1),
            count: AtomicUsize::new(0),
        }
    }

    fn shard_index(id: &KeyId) -> usize {
        let bytes = id.as_bytes();
        (usize::from(bytes[11]) ^ usize::from(bytes[5]) << 2) % SHARDS
    }

    /// Locks the shard of this id for reading.
    pub(crate) fn shard(&self, id: &KeyId) -> RwLockReadGuard<'_, Entries> {
        self.shards[Self::shard_index(id)]
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn shard_mut(&self, index: usize) -> RwLockWriteGuard<'_, Entries> {
        self.shards[index]
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self, index: usize) -> MutexGuard<'_, EvictionQueue> {
        self.queues[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn contains(&self, id: &KeyId) -> bool {
        self.shard(id).contains_key(id)
    }

    pub(crate) fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Inserts or replaces a key.
    pub(crate) fn insert(&self, entry: Entry) {
        let id = entry.facts.id;
        let index = Self::shard_index(&id);
        let mut entries = self.shard_mut(index);
        if let Some(old) = entries.get_mut(&id) {
            entry.inherit_flags(old);
            *old = Arc::new(entry);
            return;
        }
        entries.insert(id, Arc::new(entry));
        let before = entries.len() - 1;
        let mut queue = self.queue(index);
        queue.probation.push_back(id);
        while queue.probation.len() > self.half_capacity {
            let Some(oldest) = queue.probation.pop_front() else {
                break;
            };
            let was_proven = entries
                .get(&oldest)
                .map(|entry| entry.was_proven.load(Ordering::Relaxed));
            match was_proven {
                Some(true) => self.promote(&mut entries, &mut queue, oldest),
                Some(false) => {
                    entries.remove(&oldest);
                }
                // Removed meanwhile.
                None => {}
            }
        }
        self.update_count(before, entries.len());
    }

    /// Moves a key to `main`, evicting another one if it is full.
    fn promote(&self, entries: &mut Entries, queue: &mut EvictionQueue, id: KeyId) {
        if queue.main.len() < self.half_capacity {
            queue.main.push(id);
            return;
        }
        // Each step clears a flag or evicts. Requests may set flags again meanwhile, so the second round ends by
        // evicting the key under the hand: a key in no queue would never be evicted.
        let last_step = 2 * queue.main.len();
        for step in 0..=last_step {
            let hand = queue.hand % queue.main.len();
            queue.hand = hand + 1;
            let resident = queue.main[hand];
            let is_used = entries
                .get(&resident)
                .is_some_and(|entry| entry.recently_used.swap(false, Ordering::Relaxed));
            if !is_used || resident == id || step == last_step {
                if resident != id {
                    entries.remove(&resident);
                }
                queue.main[hand] = id;
                return;
            }
        }
    }

    pub(crate) fn remove(&self, id: &KeyId) {
        let mut entries = self.shard_mut(Self::shard_index(id));
        let before = entries.len();
        entries.remove(id);
        self.update_count(before, entries.len());
    }

    /// Removes the keys of these environments and projects.
    pub(crate) fn remove_all_in(
        &self,
        environments: &HashSet<EnvironmentId>,
        projects: &HashSet<ProjectId>,
    ) {
        for index in 0..SHARDS {
            let mut entries = self.shard_mut(index);
            let before = entries.len();
            entries.retain(|_, entry| {
                !environments.contains(&entry.facts.environment)
                    && entry.project().is_some_and(|id| !projects.contains(id))
            });
            self.update_count(before, entries.len());
        }
    }

    pub(crate) fn clear(&self) {
        for index in 0..SHARDS {
            let mut entries = self.shard_mut(index);
            let before = entries.len();
            entries.clear();
            *self.queue(index) = EvictionQueue::default();
            self.update_count(before, 0);
        }
    }

    fn update_count(&self, before: usize, after: usize) {
        if after >= before {
            self.count.fetch_add(after - before, Ordering::Relaxed);
        } else {
            self.count.fetch_sub(before - after, Ordering::Relaxed);
        }
    }
}
