//! The check of a key. [`Verifier::check`] and [`KeyCheck::decide`] name its steps in order; the steps follow below.
//!
//! Invariant: a key is accepted only by rows that were current at some time after the request arrived.

use std::sync::Arc;

use keystile_keys::{
    AccessRequest, DenyReason, EnvironmentId, InstallKeyId, KeyFacts, KeyId, Permission,
    PresentedKey, Tag, Timestamp, authorize,
};

use crate::cache::{Entry, ProofState, TagMatch, Version};
use crate::database_state::DatabaseState;
use crate::error::{Error, UnavailableReason};
use crate::reader_request::ReaderRequest;
use crate::state::VerifierState;
use crate::verification::Verification;
use crate::verifier::Verifier;
use crate::verify_job::VerifyJob;

/// Attempts of one check. A database that changes during each of them gives up with `Busy`.
const MAX_ATTEMPTS: usize = 32;

/// What a key must be allowed to do.
#[derive(Clone, Copy)]
pub(crate) struct CheckRequest<'a> {
    /// `None` means the key's own environment.
    pub(crate) environment: Option<&'a EnvironmentId>,
    pub(crate) permission: Permission,
    pub(crate) now: Timestamp,
}

impl<'a> CheckRequest<'a> {
    pub(crate) fn new(
        environment: &'a EnvironmentId,
        permission: Permission,
        now: Timestamp,
    ) -> Self {
        Self {
            environment: Some(environment),
            permission,
            now,
        }
    }
}

/// How an attempt finds out whether cached rows are current.
#[derive(Clone, Copy)]
pub(crate) enum Freshness {
    /// Read the header of the database.
    ReadHeader,
    /// Use a header that was read after the request arrived.
    AsOf(DatabaseState),
    /// Rows were read after the check began. Only the file must still be in place.
    RowsJustRead,
}

/// Why an attempt did not reach [`authorize`]. `Rejected` and `Unavailable` are final; otherwise the check waits and
/// decides again.
pub(crate) enum Stop {
    /// The text is no usable key.
    Rejected(DenyReason),
    /// The database cannot be trusted or read.
    Unavailable(UnavailableReason),
    /// The database has changed since rows were read.
    Stale,
    /// The key is not in the cache. The database may have it.
    NotCached,
    /// Argon2id must verify the secret first.
    Unproven(Box<VerifyJob>),
}

impl Verifier {
    /// Checks whether the key `text` allows a request to `environment` that requires `permission`. Does not count it as
    /// a use; see [`Verifier::record`].
    ///
    /// # Errors
    /// `Busy` or `Unavailable`: no decision was possible, and the request must be rejected.
    pub async fn verify(
        &self,
        text: &str,
        environment: &EnvironmentId,
        permission: Permission,
        now: Timestamp,
    ) -> Result<Verification, Error> {
        let request = CheckRequest::new(environment, permission, now);
        self.check(text, request, Freshness::ReadHeader).await
    }

    /// Checks a key for reading in its own environment.
    ///
    /// # Errors
    /// See [`Verifier::verify`].
    pub async fn identify(&self, text: &str, now: Timestamp) -> Result<Verification, Error> {
        let request = CheckRequest {
            environment: None,
            permission: Permission::Read,
            now,
        };
        self.check(text, request, Freshness::ReadHeader).await
    }

    /// Checks a key: parses it, decides from memory if possible, and otherwise waits for rows or for Argon2id.
    pub(crate) async fn check(
        &self,
        text: &str,
        request: CheckRequest<'_>,
        freshness: Freshness,
    ) -> Result<Verification, Error> {
        let Ok(key) = PresentedKey::parse(text) else {
            return self.count(Ok(Verification::rejected(DenyReason::InvalidKey)));
        };
        let mut check = KeyCheck::new(key, request);
        let state = self.inner.shared.state.load();
        let result = match check.decide(&state, freshness, None) {
            Ok(verification) => Ok(verification),
            Err(Stop::Rejected(reason)) => Ok(Verification::rejected(reason)),
            Err(stop) => {
                drop(state);
                // Boxed, so that the future of a check that decides from memory stays small.
                Box::pin(self.wait_and_retry(
                    check.key.id(),
                    stop,
                    move |state, freshness, disproven| check.decide(state, freshness, disproven),
                ))
                .await
            }
        };
        self.count(result)
    }

    /// Checks an accepted key again, by its id and its secret version: for streams and tunnels, which outlive the decision
    /// about their request. Compares no secret and is not counted.
    ///
    /// # Errors
    /// See [`Verifier::verify`].
    pub async fn recheck(
        &self,
        id: &KeyId,
        secret: i64,
        environment: &EnvironmentId,
        permission: Permission,
        now: Timestamp,
    ) -> Result<Verification, Error> {
        let request = CheckRequest::new(environment, permission, now);
        let decide = |state: &Arc<VerifierState>, freshness, _disproven| {
            check_freshness(state, freshness)?;
            let shard = state.keys.shard(id);
            let entry = shard.get(id).ok_or_else(|| not_cached(state, id))?;
            let verification = match entry.version_index(secret) {
                Some(version) => authorize_request(state, entry, version, request)?,
                // Two rotations have replaced it.
                None => Verification::rejected(DenyReason::Rotated),
            };
            confirm(state, freshness)?;
            Ok(verification)
        };
        let decision = decide(&self.inner.shared.state.load(), Freshness::ReadHeader, None);
        match decision {
            Ok(verification) => Ok(verification),
            Err(stop) => Box::pin(self.wait_and_retry(*id, stop, decide)).await,
        }
    }

    /// Does what `stop` requires and decides again, until there is a decision.
    async fn wait_and_retry(
        &self,
        id: KeyId,
        mut stop: Stop,
        mut decide: impl FnMut(
            &Arc<VerifierState>,
            Freshness,
            Option<i64>,
        ) -> Result<Verification, Stop>,
    ) -> Result<Verification, Error> {
        for _ in 0..MAX_ATTEMPTS {
            let mut disproven = None;
            let freshness = match stop {
                Stop::Rejected(reason) => return Ok(Verification::rejected(reason)),
                Stop::Unavailable(reason) => return Err(Error::Unavailable(reason)),
                Stop::Stale => {
                    self.request(ReaderRequest::Refresh).await?;
                    Freshness::RowsJustRead
                }
                Stop::NotCached => {
                    if !self.load_key(id).await? {
                        return Ok(Verification::rejected(DenyReason::UnknownKey));
                    }
                    Freshness::RowsJustRead
                }
                Stop::Unproven(job) => {
                    let untagged = job.untagged_version();
                    if !self.prove(*job).await? {
                        disproven = untagged;
                        if disproven.is_none() {
                            return Ok(Verification::rejected(DenyReason::UnknownKey));
                        }
                    }
                    // A proof takes long: the key may have been revoked meanwhile.
                    Freshness::ReadHeader
                }
            };
            let state = self.inner.shared.state.load_full();
            match decide(&state, freshness, disproven) {
                Ok(verification) => return Ok(verification),
                Err(next) => stop = next,
            }
        }
        Err(Error::Busy)
    }

    /// Returns whether the secret is the right one, by an earlier proof or by Argon2id.
    async fn prove(&self, job: VerifyJob) -> Result<bool, Error> {
        if job.state.is_proven(job.proof_id) {
            // Drops the recomputed tag: the job that proved the secret has sent the same tag to the tag writer.
            let _tag = job.record_proof();
            return Ok(true);
        }
        self.inner.shared.argon2.prove(job).await
    }

    fn count(&self, result: Result<Verification, Error>) -> Result<Verification, Error> {
        self.inner.shared.counters.checked(&result);
        result
    }
}

/// A key that is being checked.
struct KeyCheck<'a> {
    key: PresentedKey<'a>,
    request: CheckRequest<'a>,
    /// The tag of the secret under this install key, once it was needed.
    tag: Option<(InstallKeyId, Tag)>,
    /// The secret versions without a current tag that Argon2id has excluded.
    disproven: Vec<i64>,
}

impl<'a> KeyCheck<'a> {
    fn new(key: PresentedKey<'a>, request: CheckRequest<'a>) -> Self {
        Self {
            key,
            request,
            tag: None,
            disproven: Vec::new(),
        }
    }

    /// Decides from memory: are rows current, is the key cached, is its tag the right one, was the secret proven, and
    /// may the key do what the request requires? Never waits.
    fn decide(
        &mut self,
        state: &Arc<VerifierState>,
        freshness: Freshness,
        disproven: Option<i64>,
    ) -> Result<Verification, Stop> {
        self.disproven.extend(disproven);
        check_freshness(state, freshness)?;
        let id = self.key.id();
        let shard = state.keys.shard(&id);
        let entry = shard.get(&id).ok_or_else(|| not_cached(state, &id))?;
        let version = self.match_tag(state, entry)?;
        self.check_proof(state, entry, version)?;
        entry.mark_used();
        let verification = authorize_request(state, entry, version, self.request)?;
        confirm(state, freshness)?;
        Ok(verification)
    }

    /// Returns the secret version whose tag matches.
    fn match_tag(&mut self, state: &Arc<VerifierState>, entry: &Arc<Entry>) -> Result<usize, Stop> {
        let tag = self.tag(state);
        let found = entry.match_tag(&tag, &self.disproven);
        if !entry.has_prefix(self.key.prefix()) {
            return Err(Stop::Rejected(DenyReason::UnknownKey));
        }
        match found {
            TagMatch::Match(version) => Ok(version),
            TagMatch::StaleTag(version) => Err(self.unproven(state, entry, version, true)),
            TagMatch::NoMatch => Err(Stop::Rejected(DenyReason::UnknownKey)),
        }
    }

    /// Computes the tag once per check, and again only if another install key is in use meanwhile.
    fn tag(&mut self, state: &VerifierState) -> Tag {
        match self.tag {
            Some((install_key, tag)) if install_key == state.install_key_id => tag,
            _ => {
                let tag = self.key.tag(&state.tagger);
                self.tag = Some((state.install_key_id, tag));
                tag
            }
        }
    }

    fn check_proof(
        &mut self,
        state: &Arc<VerifierState>,
        entry: &Arc<Entry>,
        version: usize,
    ) -> Result<(), Stop> {
        match entry.version(version).map(Version::proof) {
            Some(ProofState::Proven) => Ok(()),
            Some(ProofState::Unproven) => Err(self.unproven(state, entry, version, false)),
            Some(ProofState::Failed) | None => Err(Stop::Rejected(DenyReason::UnknownKey)),
        }
    }

    #[cold]
    fn unproven(
        &mut self,
        state: &Arc<VerifierState>,
        entry: &Arc<Entry>,
        version: usize,
        has_stale_tag: bool,
    ) -> Stop {
        let Some(stored) = entry.version(version) else {
            return Stop::Rejected(DenyReason::UnknownKey);
        };
        let tag = self.tag(state);
        Stop::Unproven(Box::new(VerifyJob {
            proof_id: state.proof_id(&tag, &stored.phc),
            state: Arc::clone(state),
            entry: Arc::clone(entry),
            version,
            // A copy: the proof may outlive the request.
            secret: self.key.secret(),
            tag,
            has_stale_tag,
        }))
    }
}

/// Stops unless cached rows are current.
fn check_freshness(state: &VerifierState, freshness: Freshness) -> Result<(), Stop> {
    let commit = match freshness {
        Freshness::ReadHeader => state.last_commit(),
        Freshness::AsOf(DatabaseState(commit)) => commit,
        Freshness::RowsJustRead if state.is_missing() => Err(UnavailableReason::Missing),
        Freshness::RowsJustRead => return Ok(()),
    };
    match commit {
        Ok(commit) if state.is_fresh_as_of(commit) => Ok(()),
        Ok(_) => Err(Stop::Stale),
        Err(reason) => Err(Stop::Unavailable(reason)),
    }
}

/// Stops if the lease has ended while memory was read.
fn confirm(state: &VerifierState, freshness: Freshness) -> Result<(), Stop> {
    match freshness {
        Freshness::RowsJustRead => Ok(()),
        Freshness::ReadHeader | Freshness::AsOf(_) => state.confirm().map_err(Stop::Unavailable),
    }
}

/// Rejects an id that no key has, and stops for one that may be in the database. Called only after [`check_freshness`],
/// because the filter has no ordering of its own (see `id_filter.rs`).
fn not_cached(state: &VerifierState, id: &KeyId) -> Stop {
    if state
        .id_filter
        .load()
        .as_ref()
        .is_some_and(|filter| !filter.may_contain(id))
    {
        Stop::Rejected(DenyReason::UnknownKey)
    } else {
        Stop::NotCached
    }
}

/// Returns the time that decides about a key: now, unless the clock was set back. That a key has expired or a pause is
/// over is remembered before the first request learns of it.
fn decision_time(state: &VerifierState, key: &KeyFacts, now: Timestamp) -> Timestamp {
    let ends = [key.expires_at, key.disabled_until, key.secret_ends_at];
    if ends == [None; 3] {
        return now;
    }
    let latest = state.store.latest_time();
    let now = latest.observe(now);
    for passed in ends.into_iter().flatten().filter(|end| *end <= now) {
        latest.remember(passed);
    }
    now
}

/// Decides by the state, the permissions, and the environment of a key whose secret is the right one.
fn authorize_request(
    state: &VerifierState,
    entry: &Entry,
    version: usize,
    request: CheckRequest<'_>,
) -> Result<Verification, Stop> {
    let Some(version) = entry.version(version) else {
        return Err(Stop::Rejected(DenyReason::UnknownKey));
    };
    let access = AccessRequest {
        environment: *request.environment.unwrap_or(&entry.facts.environment),
        permission: request.permission,
    };
    let key = Arc::clone(&version.info);
    let facts = KeyFacts {
        secret_ends_at: version.ends_at,
        ..entry.facts
    };
    match authorize(&facts, &access, decision_time(state, &facts, request.now)) {
        Ok(()) => Ok(Verification::Accepted(key)),
        Err(reason) => Ok(Verification::Rejected {
            reason,
            key: Some(key),
        }),
    }
}
