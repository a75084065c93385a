//! The keys this process remembers, by id: what `judge` must know, the tags that recognise their secrets, and whether
//! these are proven. Every check reads it; only the one reading task writes. It knows no database and holds no secret.
//! It is bounded: keys that were named but never shown with their secret fill half of it at most.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
};

use keystile_keys::{EnvironmentId, KeyFacts, KeyId, ProjectId, Tag};

use crate::answer::KeyInfo;

/// Readers of different shards do not meet.
const SHARDS: usize = 16;

/// Secrets of a key: two while it is being rotated.
pub(crate) const MOST_VERSIONS: usize = 2;

/// A prefix, in place.
struct ArrayText {
    bytes: [u8; 20],
    length: u8,
}

impl ArrayText {
    /// What is longer than any prefix is cut, and matches none.
    fn of(text: &str) -> Self {
        let mut bytes = [0; 20];
        let kept = text.len().min(bytes.len());
        bytes[..kept].copy_from_slice(&text.as_bytes()[..kept]);
        Self {
            bytes,
            length: u8::try_from(text.len()).unwrap_or(u8::MAX),
        }
    }

    fn is(&self, text: &str) -> bool {
        self.bytes.get(..usize::from(self.length)) == Some(text.as_bytes())
    }
}

/// A key in memory.
pub(crate) struct Entry {
    pub(crate) facts: KeyFacts,
    /// In place, like the versions: each pointer that is followed is one more line to fetch.
    prefix: ArrayText,
    pub(crate) known: Arc<KeyInfo>,
    versions: [Option<Version>; MOST_VERSIONS],
    /// Its secret was shown at least once.
    recognised: AtomicBool,
    /// It was shown since the hand of the clock last passed.
    used: AtomicBool,
}

/// A secret of a key.
pub(crate) struct Version {
    pub(crate) id: i64,
    /// Compared only when it was made under this installation's key.
    pub(crate) tag: Option<Tag>,
    pub(crate) phc: Box<str>,
    /// The tag under this installation's key, made after a proof because the stored one is of a lost install key.
    pub(crate) made_anew: OnceLock<Tag>,
    proof: AtomicU8,
}

/// What is known of a secret version beyond its tag.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Argon2id has not been asked in this process.
    Wanted,
    /// It said yes.
    Given,
    /// It said no: the row's tag and hash do not belong together.
    Refused,
}

/// Whose secret was shown.
pub(crate) enum Recognised {
    /// This version's.
    Version(usize),
    /// Perhaps this version's: its tag is of a lost install key, so only Argon2id can tell.
    Doubtful(usize),
    /// Nobody's.
    Not,
}

impl Version {
    pub(crate) fn new(id: i64, tag: Option<Tag>, phc: String, is_proven: bool) -> Self {
        Self {
            id,
            tag,
            phc: phc.into(),
            made_anew: OnceLock::new(),
            proof: AtomicU8::new(u8::from(is_proven)),
        }
    }

    pub(crate) fn proof(&self) -> Proof {
        match self.proof.load(Ordering::Acquire) {
            0 => Proof::Wanted,
            1 => Proof::Given,
            _ => Proof::Refused,
        }
    }

    pub(crate) fn set_proof(&self, proof: Proof) {
        let number = match proof {
            Proof::Wanted => 0,
            Proof::Given => 1,
            Proof::Refused => 2,
        };
        self.proof.store(number, Ordering::Release);
    }
}

impl Entry {
    pub(crate) fn new(
        facts: KeyFacts,
        prefix: &str,
        known: KeyInfo,
        versions: [Option<Version>; MOST_VERSIONS],
    ) -> Self {
        Self {
            facts,
            prefix: ArrayText::of(prefix),
            known: Arc::new(known),
            versions,
            recognised: AtomicBool::new(false),
            used: AtomicBool::new(false),
        }
    }

    /// One of the places that [`Recognised`] names.
    pub(crate) fn version(&self, place: usize) -> Option<&Version> {
        self.versions.get(place).and_then(Option::as_ref)
    }

    pub(crate) fn has_prefix(&self, prefix: &str) -> bool {
        self.prefix.is(prefix)
    }

    /// Compares with every tag, in constant time each.
    pub(crate) fn recognise(&self, shown: &Tag) -> Recognised {
        let mut doubtful = None;
        for (place, version) in self.versions.iter().flatten().enumerate() {
            match version.tag.as_ref().or_else(|| version.made_anew.get()) {
                Some(tag) if tag == shown => return Recognised::Version(place),
                Some(_) => {}
                None => doubtful = Some(place),
            }
        }
        doubtful.map_or(Recognised::Not, Recognised::Doubtful)
    }

    /// Remembers that the right secret was shown. Writes only what changes, so that a busy key's line stays shared.
    pub(crate) fn touch(&self) {
        for flag in [&self.recognised, &self.used] {
            if !flag.load(Ordering::Relaxed) {
                flag.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Takes over from the entry that this one replaces.
    fn succeed(&self, before: &Self) {
        for (now, then) in [
            (&self.recognised, &before.recognised),
            (&self.used, &before.used),
        ] {
            now.store(then.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// Ids are random, and only those that are in the database get in: nobody chooses where they fall.
#[derive(Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        // An id has twelve bytes: its first eight and its last eight, which overlap, are all of it.
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

pub(crate) type Keys = HashMap<KeyId, Arc<Entry>, BuildHasherDefault<IdHasher>>;

/// In which order the keys of a shard make room.
#[derive(Default)]
struct Order {
    /// First in, first out; those whose secret was shown go on to `main`.
    probation: VecDeque<KeyId>,
    /// A clock: the hand passes over keys that were used since it last came.
    main: Vec<KeyId>,
    hand: usize,
}

/// The keys in memory.
pub(crate) struct Memory {
    shards: [RwLock<Keys>; SHARDS],
    orders: [Mutex<Order>; SHARDS],
    /// Of a shard's `probation`, and of its `main`.
    half: usize,
    count: AtomicUsize,
}

impl Memory {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            shards: Default::default(),
            orders: Default::default(),
            half: (limit / SHARDS / 2).max(1),
            count: AtomicUsize::new(0),
        }
    }

    fn place(id: &KeyId) -> usize {
        let bytes = id.as_bytes();
        (usize::from(bytes[11]) ^ usize::from(bytes[5]) << 2) % SHARDS
    }

    /// The part of the memory that holds this id if any does.
    pub(crate) fn shard(&self, id: &KeyId) -> RwLockReadGuard<'_, Keys> {
        self.shards[Self::place(id)]
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn shard_mut(&self, place: usize) -> RwLockWriteGuard<'_, Keys> {
        self.shards[place]
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn order(&self, place: usize) -> MutexGuard<'_, Order> {
        self.orders[place]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn contains(&self, id: &KeyId) -> bool {
        self.shard(id).contains_key(id)
    }

    pub(crate) fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Puts a key in, or in the place of what was known of it.
    pub(crate) fn insert(&self, entry: Entry) {
        let id = entry.facts.id;
        let place = Self::place(&id);
        let mut keys = self.shard_mut(place);
        if let Some(before) = keys.get_mut(&id) {
            entry.succeed(before);
            *before = Arc::new(entry);
            return;
        }
        keys.insert(id, Arc::new(entry));
        let before = keys.len() - 1;
        let mut order = self.order(place);
        order.probation.push_back(id);
        while order.probation.len() > self.half {
            let Some(oldest) = order.probation.pop_front() else {
                break;
            };
            let was_shown = keys
                .get(&oldest)
                .map(|entry| entry.recognised.load(Ordering::Relaxed));
            match was_shown {
                Some(true) => self.settle(&mut keys, &mut order, oldest),
                Some(false) => {
                    keys.remove(&oldest);
                }
                // Forgotten meanwhile.
                None => {}
            }
        }
        self.recount(before, keys.len());
    }

    /// Finds a place in `main`.
    fn settle(&self, keys: &mut Keys, order: &mut Order, id: KeyId) {
        if order.main.len() < self.half {
            order.main.push(id);
            return;
        }
        // Each step clears a mark or ends it. After two rounds in which every key was used meanwhile, the one at the hand
        // makes room: a key without a place would never be evicted.
        let rounds = 2 * order.main.len();
        for step in 0..=rounds {
            let hand = order.hand % order.main.len();
            order.hand = hand + 1;
            let resident = order.main[hand];
            let is_used = keys
                .get(&resident)
                .is_some_and(|entry| entry.used.swap(false, Ordering::Relaxed));
            if !is_used || resident == id || step == rounds {
                if resident != id {
                    keys.remove(&resident);
                }
                order.main[hand] = id;
                return;
            }
        }
    }

    pub(crate) fn remove(&self, id: &KeyId) {
        let mut keys = self.shard_mut(Self::place(id));
        let before = keys.len();
        keys.remove(id);
        self.recount(before, keys.len());
    }

    /// Forgets the keys of these environments and projects; they are read again when they are shown.
    pub(crate) fn remove_of(
        &self,
        environments: &HashSet<EnvironmentId>,
        projects: &HashSet<ProjectId>,
    ) {
        for place in 0..SHARDS {
            let mut keys = self.shard_mut(place);
            let before = keys.len();
            keys.retain(|_, entry| {
                !environments.contains(&entry.known.environment_id)
                    && !projects.contains(&entry.known.project_id)
            });
            self.recount(before, keys.len());
        }
    }

    pub(crate) fn clear(&self) {
        for place in 0..SHARDS {
            let mut keys = self.shard_mut(place);
            let before = keys.len();
            keys.clear();
            *self.order(place) = Order::default();
            self.recount(before, 0);
        }
    }

    fn recount(&self, before: usize, after: usize) {
        if after >= before {
            self.count.fetch_add(after - before, Ordering::Relaxed);
        } else {
            self.count.fetch_sub(before - after, Ordering::Relaxed);
        }
    }
}
