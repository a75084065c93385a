//! Checks keys. A check of a key that is in memory awaits nothing; others wait for the reading task or for Argon2id.

use std::net::IpAddr;
use std::sync::Arc;

use keystile_keys::{DenyReason, EnvironmentId, KeyId, Permission, PresentedKey, Timestamp};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::answer::{Environment, Verification};
use crate::database_state::DatabaseState;
use crate::error::{Error, RejectReason};
use crate::figures::Metrics;
use crate::ground::{Attempt, Question};
use crate::memory::{Entry, Proof};
use crate::proof_job::Claimed;
use crate::shared::Shared;
use crate::usage::{self, Flush};
use crate::wish::Wish;

/// A check that has not come to an end by then will not.
pub(crate) const MOST_ROUNDS: usize = 32;
/// Keys that are looked for in the database at once. Made-up ids wait behind each other here, and nothing else does.
pub(crate) const MAX_LOOK_UPS: usize = 256;
/// No reference to an environment is longer: two names of 80 characters.
const LONGEST_REFERENCE: usize = 1024;

/// Checks API keys against one store. Cloning is cheap; all clones share their cache.
///
/// A check of a key that is in memory reads 46 bytes of the database's header and compares a tag. The first check of a key
/// in a process also reads its row and runs Argon2id once.
#[derive(Clone)]
pub struct Verifier {
    pub(crate) inside: Arc<Inside>,
}

pub(crate) struct Inside {
    pub(crate) shared: Arc<Shared>,
    pub(crate) wishes: mpsc::UnboundedSender<Wish>,
    pub(crate) flushes: mpsc::UnboundedSender<Flush>,
    pub(crate) look_ups: Semaphore,
}

impl Verifier {
    /// Returns the time by the verifier's clock.
    pub fn now(&self) -> Timestamp {
        self.inside.shared.clock.now()
    }

    /// Checks whether a request to `environment` that carries the key `text` and requires `permission` may pass at `now`.
    /// Does not count it as a use; see [`Verifier::record`].
    ///
    /// # Errors
    /// `Busy` or `Unavailable`: no decision could be made, and the request may not pass.
    pub async fn verify(
        &self,
        text: &str,
        environment: &EnvironmentId,
        permission: Permission,
        now: Timestamp,
    ) -> Result<Verification, Error> {
        let question = Question {
            environment: Some(environment),
            need: permission,
            now,
            state: None,
        };
        self.answer(text, question).await
    }

    pub(crate) async fn verify_as_of(
        &self,
        state: DatabaseState,
        text: &str,
        environment: &EnvironmentId,
        permission: Permission,
        now: Timestamp,
    ) -> Result<Verification, Error> {
        let question = Question {
            environment: Some(environment),
            need: permission,
            now,
            state: Some(state),
        };
        self.answer(text, question).await
    }

    /// Checks a key in its own environment, as if to read.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub async fn identify(&self, text: &str, now: Timestamp) -> Result<Verification, Error> {
        let question = Question {
            environment: None,
            need: Permission::Read,
            now,
            state: None,
        };
        self.answer(text, question).await
    }

    /// Has the database asked for a key; `false` when it has none with this id.
    pub(crate) async fn look_up(&self, id: KeyId) -> Result<bool, Error> {
        // The semaphore is never closed; if it were, nothing could be looked up.
        let _turn = self
            .inside
            .look_ups
            .acquire()
            .await
            .map_err(|_| Error::Busy)?;
        self.wish(|reply| Wish::Key(id, reply)).await
    }

    async fn answer(&self, text: &str, question: Question<'_>) -> Result<Verification, Error> {
        let counters = &self.inside.shared.counters;
        let Ok(shown) = PresentedKey::parse(text) else {
            let answer = Verification::rejected(DenyReason::InvalidKey);
            counters.answered(&answer);
            return Ok(answer);
        };
        let attempt = self
            .inside
            .shared
            .ground
            .load()
            .attempt(&shown, question, false);
        if let Attempt::Answered(answer) = attempt {
            counters.answered(&answer);
            return Ok(answer);
        }
        // Boxed, so that the future of a warm check stays small.
        match Box::pin(self.go_on(shown, question, attempt)).await {
            Ok(answer) => {
                counters.answered(&answer);
                Ok(answer)
            }
            Err(error) => {
                counters.failed(&error);
                Err(error)
            }
        }
    }

    /// A check that has to wait for something.
    async fn go_on(
        &self,
        shown: PresentedKey<'_>,
        mut question: Question<'_>,
        mut attempt: Attempt,
    ) -> Result<Verification, Error> {
        // What follows takes time, after which the database is looked at again.
        question.state = None;
        for _ in 0..MOST_ROUNDS {
            // Memory that was read since the request came answers it, whatever is committed meanwhile; after a proof,
            // which takes long, the counter is looked at again.
            let is_read_now = match attempt {
                Attempt::Answered(answer) => return Ok(answer),
                Attempt::Closed(reason) => return Err(Error::unavailable(reason)),
                Attempt::Stale => {
                    self.wish(Wish::Refresh).await?;
                    true
                }
                Attempt::Absent => {
                    if !self.look_up(shown.id()).await? {
                        return Ok(Verification::rejected(DenyReason::UnknownKey));
                    }
                    true
                }
                Attempt::Unproven(entry, version) => {
                    if !self.prove(&shown, entry, version, false).await? {
                        return Ok(Verification::rejected(DenyReason::UnknownKey));
                    }
                    false
                }
                Attempt::Doubtful(entry, version) => {
                    if !self.prove(&shown, entry, version, true).await? {
                        return Ok(Verification::rejected(DenyReason::UnknownKey));
                    }
                    false
                }
            };
            attempt = self
                .inside
                .shared
                .ground
                .load()
                .attempt(&shown, question, is_read_now);
        }
        Err(Error::Busy)
    }

    async fn prove(
        &self,
        shown: &PresentedKey<'_>,
        entry: Arc<Entry>,
        version: usize,
        is_doubtful: bool,
    ) -> Result<bool, Error> {
        let ground = self.inside.shared.ground.load_full();
        // The proof keeps a secret of its own: whoever waits for it may give up before it is done.
        let secret = shown.secret();
        let Some(known) = entry.version(version) else {
            return Ok(false);
        };
        let tag = ground.tagger.tag(&secret);
        if ground.is_proven(ground.proof_mark(&tag, &known.phc)) {
            if is_doubtful && known.made_anew.set(tag).is_err() {
                tracing::debug!("another check was faster");
            }
            known.set_proof(Proof::Given);
            return Ok(true);
        }
        let claimed = Claimed {
            ground,
            entry,
            version,
            secret,
            is_doubtful,
        };
        self.inside.shared.proofs.prove(claimed).await
    }

    /// Sends a wish to the reading task and waits for its answer.
    pub(crate) async fn wish<T>(
        &self,
        wish: impl FnOnce(oneshot::Sender<Result<T, RejectReason>>) -> Wish,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let ended = || Error::unavailable(RejectReason::Unreadable);
        self.inside.wishes.send(wish(reply)).map_err(|_| ended())?;
        answer
            .await
            .map_err(|_| ended())?
            .map_err(Error::unavailable)
    }

    /// The environment with this id, or the one called `project/environment` without regard to case.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn environment(&self, reference: &str) -> Result<Option<Arc<Environment>>, Error> {
        self.environment_as_of(self.database_state(), reference)
            .await
    }

    pub(crate) async fn environment_as_of(
        &self,
        state: DatabaseState,
        reference: &str,
    ) -> Result<Option<Arc<Environment>>, Error> {
        if reference.len() > LONGEST_REFERENCE {
            return Ok(None);
        }
        {
            let ground = self.inside.shared.ground.load();
            let is_fresh = ground.is_fresh_as_of(state.0);
            if is_fresh.map_err(Error::unavailable)?
                && let Some(known) = ground.environment(reference)
            {
                return Ok(known);
            }
        }
        self.wish(|reply| Wish::Environment(reference.to_owned(), reply))
            .await
    }

    /// Whether checks would find the database: it is there, in rollback mode, and what is in memory can be brought up
    /// to date.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn ready(&self) -> Result<(), Error> {
        {
            let ground = self.inside.shared.ground.load();
            if ground.is_gone() {
                return Err(Error::unavailable(RejectReason::Gone));
            }
            if ground.is_fresh().map_err(Error::unavailable)? {
                return Ok(());
            }
        }
        self.wish(Wish::Refresh).await
    }

    /// Counts a use of the key that a verification names. Never waits.
    pub fn record(
        &self,
        verification: &Verification,
        permission: Permission,
        client: Option<IpAddr>,
        now: Timestamp,
    ) {
        if let Some(key) = verification.key() {
            let is_accepted = verification.is_accepted();
            self.inside
                .shared
                .usage
                .record(key.id, permission, is_accepted, client, now);
        }
    }

    /// Writes what was counted to the usage file. It also happens every 10 s and when the last clone is dropped.
    ///
    /// # Errors
    /// `Store`. What was not written is kept for the next time.
    pub async fn flush_usage(&self) -> Result<(), Error> {
        usage::flush(&self.inside.flushes).await
    }

    /// Writes what was counted and closes this handle. A program calls it before it ends; without it, up to 10 s of counts
    /// are lost. Other clones go on working.
    ///
    /// # Errors
    /// As [`Verifier::flush_usage`].
    pub async fn shutdown(self) -> Result<(), Error> {
        self.flush_usage().await
    }

    /// What was counted since this process began.
    pub fn metrics(&self) -> Metrics {
        let shared = &self.inside.shared;
        let ground = shared.ground.load();
        Metrics {
            argon2_runs: shared.proofs.runs(),
            cached_keys: ground.keys.len() as u64,
            proof_marks: ground.proof_marks() as u64,
            has_id_filter: ground.filter.load().is_some(),
            ..shared.counters.read()
        }
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}
