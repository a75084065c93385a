//! What one database file stands for in this process: the handle on its header, the tagger of its install key, and all
//! that is remembered from it. Checks read it without waiting; when the file was replaced a new one takes its place. The
//! rule of exact revocation is here: nothing in memory counts unless the file's change counter is the one it was read
//! under.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use keystile_keys::{
    AccessRequest, DenyReason, EnvironmentId, InstallKeyId, KeyId, Permission, PresentedKey, Tag,
    Tagger, Timestamp, authorize,
};
use keystile_store::{CommitId, DatabaseFile, Store};

use crate::answer::{Environment, Verification};
use crate::coarse_clock::CoarseClock;
use crate::database_state::DatabaseState;
use crate::error::RejectReason;
use crate::id_filter::IdFilter;
use crate::memory::{Entry, Memory, Proof, Recognised, Version};

/// No commit.
const NEVER: u64 = u64::MAX;
/// A regular look at the path is never older while the process runs undisturbed.
const MAX_LOOK_AGE: Duration = Duration::from_millis(120);
/// References to environments that are remembered, those to none included.
const MOST_REFERENCES: usize = 4096;

pub(crate) struct Ground {
    pub(crate) store: Store,
    file: Arc<DatabaseFile>,
    pub(crate) tagger: Tagger,
    pub(crate) install_mark: InstallKeyId,
    /// The commit, as [`CommitMark::as_u64`], as of which everything below was read.
    seen: AtomicU64,
    /// When it was last looked whether the file is where it was.
    last_look: CoarseClock,
    /// The file is not where it was.
    gone: AtomicBool,
    pub(crate) keys: Memory,
    /// What Argon2id has proven, as [`Ground::proof_mark`]s. Outlives what the memory of keys lets go.
    proven: Mutex<HashSet<u64>>,
    marker: RandomState,
    environments: RwLock<HashMap<String, Option<Arc<Environment>>>>,
    pub(crate) filter: ArcSwapOption<IdFilter>,
}

/// What a request asks for.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    /// `None`: the key's own.
    pub(crate) environment: Option<&'a EnvironmentId>,
    pub(crate) need: Permission,
    pub(crate) now: Timestamp,
    /// A look at the database since the request came; `None` to look now.
    pub(crate) state: Option<DatabaseState>,
}

/// How far a check came without waiting.
pub(crate) enum Attempt {
    Answered(Verification),
    /// Something was committed since the memory was read.
    Stale,
    /// This key is not in memory.
    Absent,
    /// Recognised by its tag; Argon2id has to prove it, once.
    Unproven(Arc<Entry>, usize),
    /// Its tag is of a lost install key; Argon2id has to tell.
    Doubtful(Arc<Entry>, usize),
    Closed(RejectReason),
}

impl Ground {
    pub(crate) fn new(store: Store, cached_keys: usize) -> Self {
        let tagger = Tagger::new(store.install_key());
        Self {
            file: store.file(),
            tagger,
            install_mark: store.install_key_id(),
            store,
            seen: AtomicU64::new(NEVER),
            last_look: CoarseClock::new(),
            gone: AtomicBool::new(false),
            keys: Memory::new(cached_keys),
            proven: Mutex::new(HashSet::new()),
            marker: RandomState::new(),
            environments: RwLock::new(HashMap::new()),
            filter: ArcSwapOption::empty(),
        }
    }

    /// Whether what is in memory is what the database says.
    pub(crate) fn is_fresh(&self) -> Result<bool, RejectReason> {
        self.is_fresh_as_of(self.last_commit())
    }

    /// As [`Ground::is_fresh`], by a look at the database that was taken before.
    pub(crate) fn is_fresh_as_of(
        &self,
        commit: Result<u64, RejectReason>,
    ) -> Result<bool, RejectReason> {
        Ok(commit? == self.seen.load(Ordering::Acquire))
    }

    /// The last commit, as [`CommitMark::as_u64`]. One `pread`; and a look at the path where the regular looks have not come
    /// for a while, because the process was stopped or had no processor time.
    pub(crate) fn last_commit(&self) -> Result<u64, RejectReason> {
        if self.last_look.elapsed() > MAX_LOOK_AGE && !self.look() {
            return Err(RejectReason::Gone);
        }
        let state = self
            .file
            .commit_state()
            .map_err(|_| RejectReason::Unreadable)?;
        if !state.is_rollback_journal {
            return Err(RejectReason::WriteAheadLog);
        }
        Ok(state.commit.as_u64())
    }

    /// Says that memory is what the database said as of this commit, unless the file was lost meanwhile.
    pub(crate) fn see(&self, commit: CommitId) {
        self.seen.store(commit.as_u64(), Ordering::Release);
        // In this order: whoever loses the file sets its mark first and unsees then.
        if self.is_gone() {
            self.unsee();
        }
    }

    pub(crate) fn has_seen(&self, commit: CommitId) -> bool {
        self.seen.load(Ordering::Acquire) == commit.as_u64()
    }

    pub(crate) fn unsee(&self) {
        self.seen.store(NEVER, Ordering::SeqCst);
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::SeqCst)
    }

    /// Looks whether the file is where it was; says so if it is not.
    pub(crate) fn look(&self) -> bool {
        let is_there = self.file.is_at(self.store.path());
        self.last_look.reset();
        if is_there {
            if self.gone.swap(false, Ordering::SeqCst) {
                tracing::info!("the database file is back; checks go on");
            }
            if self
                .file
                .commit_state()
                .is_ok_and(|state| !state.is_rollback_journal)
            {
                self.unsee();
            }
        } else {
            if !self.gone.swap(true, Ordering::SeqCst) {
                tracing::error!(
                    "the database file was deleted, moved or replaced; no request passes"
                );
            }
            self.unsee();
        }
        is_there
    }

    /// Steps 2 to 5 as far as memory goes. `is_read_now`: memory was read since the request came, so that its counter
    /// need not be looked at again.
    pub(crate) fn attempt(
        &self,
        shown: &PresentedKey<'_>,
        question: Question<'_>,
        is_read_now: bool,
    ) -> Attempt {
        if let Some(attempt) = self.not_now(question.state, is_read_now) {
            return attempt;
        }
        let id = shown.id();
        let shard = self.keys.shard(&id);
        let Some(entry) = shard.get(&id) else {
            return self.missing(&id);
        };
        let version = match entry.recognise(&shown.tag(&self.tagger)) {
            Recognised::Version(place) => place,
            Recognised::Doubtful(place) if entry.has_prefix(shown.prefix()) => {
                return Attempt::Doubtful(Arc::clone(entry), place);
            }
            Recognised::Doubtful(_) | Recognised::Not => return refused(DenyReason::UnknownKey),
        };
        if !entry.has_prefix(shown.prefix()) {
            return refused(DenyReason::UnknownKey);
        }
        match entry.version(version).map(Version::proof) {
            Some(Proof::Given) => {}
            Some(Proof::Wanted) => return Attempt::Unproven(Arc::clone(entry), version),
            Some(Proof::Refused) | None => return refused(DenyReason::UnknownKey),
        }
        entry.touch();
        answered(entry, question)
    }

    /// As [`Ground::attempt`], about a key whose secret was proven before.
    pub(crate) fn attempt_again(
        &self,
        id: &KeyId,
        question: Question<'_>,
        is_read_now: bool,
    ) -> Attempt {
        if let Some(attempt) = self.not_now(question.state, is_read_now) {
            return attempt;
        }
        match self.keys.shard(id).get(id) {
            Some(entry) => answered(entry, question),
            None => self.missing(id),
        }
    }

    /// Why memory does not answer at the moment, if it does not.
    fn not_now(&self, state: Option<DatabaseState>, is_read_now: bool) -> Option<Attempt> {
        if is_read_now {
            return self
                .is_gone()
                .then_some(Attempt::Closed(RejectReason::Gone));
        }
        let is_fresh = match state {
            Some(DatabaseState(commit)) => self.is_fresh_as_of(commit),
            None => self.is_fresh(),
        };
        match is_fresh {
            Ok(true) => None,
            Ok(false) => Some(Attempt::Stale),
            Err(reason) => Some(Attempt::Closed(reason)),
        }
    }

    /// A key that is not in memory: nobody's, or perhaps in the database.
    fn missing(&self, id: &KeyId) -> Attempt {
        let is_nobodys = self
            .filter
            .load()
            .as_ref()
            .is_some_and(|filter| !filter.may_contain(id));
        if is_nobodys {
            refused(DenyReason::UnknownKey)
        } else {
            Attempt::Absent
        }
    }

    /// A tag and a hash that belong together, in 8 bytes. Keyed by this process, so that no row can be made to fit.
    pub(crate) fn proof_mark(&self, tag: &Tag, phc: &str) -> u64 {
        self.marker.hash_one((tag.as_bytes(), phc))
    }

    fn proven(&self) -> MutexGuard<'_, HashSet<u64>> {
        self.proven.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_proven(&self, mark: u64) -> bool {
        self.proven().contains(&mark)
    }

    pub(crate) fn remember_proof(&self, mark: u64) {
        self.proven().insert(mark);
    }

    pub(crate) fn proof_marks(&self) -> usize {
        self.proven().len()
    }

    /// What is known of a reference to an environment: `None` is nothing, `Some(None)` that there is none.
    pub(crate) fn environment(&self, reference: &str) -> Option<Option<Arc<Environment>>> {
        self.environments
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(reference)
            .cloned()
    }

    pub(crate) fn remember_environment(
        &self,
        reference: &str,
        environment: Option<Arc<Environment>>,
    ) {
        let mut known = self
            .environments
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_REFERENCES {
            known.clear();
        }
        known.insert(reference.to_owned(), environment);
    }

    pub(crate) fn forget_environments(&self) {
        self.environments
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Forgets every row. What Argon2id has proven stays true of the tag and the hash it was proven of.
    pub(crate) fn forget_rows(&self) {
        self.unsee();
        self.keys.clear();
        self.forget_environments();
        self.filter.store(None);
    }

    /// Forgets proofs as well.
    pub(crate) fn forget_all(&self) {
        self.forget_rows();
        *self.proven() = HashSet::new();
    }
}

fn answered(entry: &Entry, question: Question<'_>) -> Attempt {
    let request = AccessRequest {
        environment: *question.environment.unwrap_or(&entry.facts.environment),
        permission: question.need,
    };
    let key = Arc::clone(&entry.known);
    Attempt::Answered(match authorize(&entry.facts, &request, question.now) {
        Ok(()) => Verification::Accepted(key),
        Err(reason) => Verification::Rejected {
            reason,
            key: Some(key),
        },
    })
}

fn refused(reason: DenyReason) -> Attempt {
    Attempt::Answered(Verification::rejected(reason))
}
