//! What this process knows of one database file: cached keys and environments, and the secrets that were proven.
//!
//! Invariant of exact revocation: cached rows count only while the last commit of the file is the one they were read
//! at. A file that replaces this one gets a state of its own.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use keystile_keys::{InstallKeyId, Tag, Tagger};
use keystile_store::{CommitId, DatabaseFile, Store};

use crate::cache::KeyCache;
use crate::coarse_clock::CoarseClock;
use crate::error::UnavailableReason;
use crate::id_filter::IdFilter;
use crate::lease_state::LeaseState;
use crate::limits::{Consistency, Limits};
use crate::verification::Environment;

/// No commit has this number.
const NO_COMMIT: u64 = u64::MAX;
/// What the last commit is taken for while it is not known. No commit has this number, so that rows are read again.
const UNKNOWN_COMMIT: u64 = u64::MAX - 1;
/// Checks look at the path themselves when the watch task is later than this.
const MAX_FILE_CHECK_AGE: Duration = Duration::from_millis(120);
/// Cached references to environments, including those that name none.
const MAX_CACHED_REFERENCES: usize = 4096;

/// How checks know whether rows in memory are current.
enum CommitSource {
    /// By the header of the database file.
    File(Arc<DatabaseFile>),
    /// By the lease of this process on a shared database.
    Lease(Arc<LeaseState>),
    /// Not at all: each check has the database read.
    Ask,
}

pub(crate) struct VerifierState {
    pub(crate) store: Store,
    source: CommitSource,
    pub(crate) tagger: Tagger,
    pub(crate) install_key_id: InstallKeyId,
    /// The commit, as [`CommitId::as_u64`], at which all rows below were read; `NO_COMMIT` if they are not current.
    fresh_commit: AtomicU64,
    last_file_check: CoarseClock,
    /// Whether the file was deleted, moved, or replaced.
    missing: AtomicBool,
    pub(crate) keys: KeyCache,
    /// Ids of the proofs by Argon2id. They outlive the cached keys.
    proven: Mutex<HashSet<u64>>,
    proof_hasher: RandomState,
    environments: RwLock<HashMap<String, Option<Arc<Environment>>>>,
    pub(crate) id_filter: ArcSwapOption<IdFilter>,
}

impl VerifierState {
    pub(crate) fn new(store: Store, limits: &Limits) -> Self {
        let tagger = Tagger::new(store.install_key());
        let source = match (store.file(), limits.consistency) {
            (Some(file), _) => CommitSource::File(file),
            (None, Consistency::Lease) => CommitSource::Lease(Arc::new(LeaseState::new())),
            (None, Consistency::Ask) => CommitSource::Ask,
        };
        Self {
            source,
            tagger,
            install_key_id: store.install_key_id(),
            store,
            fresh_commit: AtomicU64::new(NO_COMMIT),
            last_file_check: CoarseClock::new(),
            missing: AtomicBool::new(false),
            keys: KeyCache::new(limits.max_cached_keys),
            proven: Mutex::new(HashSet::new()),
            proof_hasher: RandomState::new(),
            environments: RwLock::new(HashMap::new()),
            id_filter: ArcSwapOption::empty(),
        }
    }

    /// Reads the header and returns whether cached rows are current.
    ///
    /// # Errors
    /// See [`VerifierState::last_commit`].
    pub(crate) fn is_fresh(&self) -> Result<bool, UnavailableReason> {
        Ok(self.is_fresh_as_of(self.last_commit()?))
    }

    pub(crate) fn is_fresh_as_of(&self, commit: u64) -> bool {
        commit != NO_COMMIT && commit == self.fresh_commit.load(Ordering::Acquire)
    }

    /// Returns whether the database is shared with other machines.
    pub(crate) fn is_shared(&self) -> bool {
        !matches!(self.source, CommitSource::File(_))
    }

    /// Returns the lease; `None` if checks know otherwise whether rows are current.
    pub(crate) fn lease(&self) -> Option<Arc<LeaseState>> {
        match &self.source {
            CommitSource::Lease(lease) => Some(Arc::clone(lease)),
            CommitSource::File(_) | CommitSource::Ask => None,
        }
    }

    /// Checks that the permission has not ended since the rows of a decision were read: the process may have been stopped.
    ///
    /// # Errors
    /// As [`VerifierState::last_commit`].
    pub(crate) fn confirm(&self) -> Result<(), UnavailableReason> {
        match &self.source {
            CommitSource::Lease(lease) => lease.check(),
            CommitSource::File(_) | CommitSource::Ask => Ok(()),
        }
    }

    /// Reads the last commit, as [`CommitId::as_u64`], with one `pread`. Looks at the path as well if the watch task is
    /// late, because the process was stopped or had no processor time.
    ///
    /// # Errors
    /// `Missing`, `WriteAheadLog`, or `Unreadable`.
    pub(crate) fn last_commit(&self) -> Result<u64, UnavailableReason> {
        let file = match &self.source {
            CommitSource::File(file) => file,
            CommitSource::Lease(lease) => {
                // With a lease, rows in memory are current.
                lease.check()?;
                return Ok(self.fresh_commit.load(Ordering::Acquire));
            }
            CommitSource::Ask => return Ok(UNKNOWN_COMMIT),
        };
        if self.last_file_check.elapsed() > MAX_FILE_CHECK_AGE && !self.check_file() {
            return Err(UnavailableReason::Missing);
        }
        let header = file
            .commit_state()
            .map_err(|_| UnavailableReason::Unreadable)?;
        if !header.is_rollback_journal {
            return Err(UnavailableReason::WriteAheadLog);
        }
        Ok(header.commit.as_u64())
    }

    /// Declares cached rows current as of `commit`, unless the file is missing.
    pub(crate) fn mark_fresh(&self, commit: CommitId) {
        self.fresh_commit.store(commit.as_u64(), Ordering::Release);
        // In this order: `check_file` sets `missing` first and invalidates second.
        if self.is_missing() {
            self.invalidate();
        }
    }

    /// Declares cached rows outdated.
    pub(crate) fn invalidate(&self) {
        self.fresh_commit.store(NO_COMMIT, Ordering::SeqCst);
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.missing.load(Ordering::SeqCst)
    }

    /// Returns whether the file is still in place. Invalidates cached rows if it is not, or if it was switched to WAL
    /// mode.
    pub(crate) fn check_file(&self) -> bool {
        let (CommitSource::File(file), Some(path)) = (&self.source, self.store.path()) else {
            return true;
        };
        let is_in_place = file.is_at(path);
        self.last_file_check.reset();
        if is_in_place {
            if self.missing.swap(false, Ordering::SeqCst) {
                tracing::info!("database file is back, resuming key verification");
            }
            if file
                .commit_state()
                .is_ok_and(|header| !header.is_rollback_journal)
            {
                self.invalidate();
            }
        } else {
            if !self.missing.swap(true, Ordering::SeqCst) {
                tracing::error!(
                    "database file was deleted, moved, or replaced, rejecting all requests"
                );
            }
            self.invalidate();
        }
        is_in_place
    }

    /// Identifies a proof: this tag belongs to this hash. Keyed by this process, so that no stored row can forge one.
    pub(crate) fn proof_id(&self, tag: &Tag, phc: &str) -> u64 {
        self.proof_hasher.hash_one((tag.as_bytes(), phc))
    }

    pub(crate) fn is_proven(&self, proof_id: u64) -> bool {
        self.proven().contains(&proof_id)
    }

    pub(crate) fn add_proof(&self, proof_id: u64) {
        self.proven().insert(proof_id);
    }

    pub(crate) fn proof_count(&self) -> usize {
        self.proven().len()
    }

    fn proven(&self) -> MutexGuard<'_, HashSet<u64>> {
        self.proven.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what is cached about a reference: `None` is nothing, `Some(None)` that no environment has this name or
    /// id.
    pub(crate) fn cached_environment(&self, reference: &str) -> Option<Option<Arc<Environment>>> {
        self.environments
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(reference)
            .cloned()
    }

    pub(crate) fn cache_environment(&self, reference: &str, environment: Option<Arc<Environment>>) {
        let mut environments = self
            .environments
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if environments.len() >= MAX_CACHED_REFERENCES {
            environments.clear();
        }
        environments.insert(reference.to_owned(), environment);
    }

    pub(crate) fn clear_environments(&self) {
        self.environments
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Drops all cached rows. Proofs stay: a tag and a hash that belonged together still do.
    pub(crate) fn clear_rows(&self) {
        self.invalidate();
        self.keys.clear();
        self.clear_environments();
        self.id_filter.store(None);
    }

    /// Drops cached rows and proofs.
    pub(crate) fn clear_all(&self) {
        self.clear_rows();
        *self.proven() = HashSet::new();
    }
}
