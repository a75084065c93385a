//! The checks themselves, steps 1–5 of the design. Callers hold one [`Verifier`] for the life of the process. A check of
//! a key that is in memory awaits nothing; the rest asks the reading task and the proofs.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use keystile_keys::{
    DenyReason, EnvironmentId, KeyId, Permission, PresentedKey, Timestamp, Verdict,
};
use keystile_store::{Store, StoreError};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::answer::{Answer, Environment};
use crate::error::{Error, Reason};
use crate::figures::Figures;
use crate::ground::{Attempt, Question};
use crate::memory::{Entry, Proof};
use crate::proofs::Claimed;
use crate::reading::Wish;
use crate::tasks::{self, Limits, Shared};
use crate::usage::{self, Flush};

/// A check that has not come to an end by then will not.
pub(crate) const MOST_ROUNDS: usize = 32;
/// Keys that are looked for in the database at once. Made-up ids wait behind each other here, and nothing else does.
const MOST_LOOK_UPS: usize = 256;
/// No reference to an environment is longer: two names of 80 characters.
const LONGEST_REFERENCE: usize = 1024;

/// Answers whether a request that carries a key may pass. Cloning is cheap; all clones are one.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path().join("store");
/// use keystile_verifier::{Permission, DenyReason, Timestamp, Verdict, Verifier};
///
/// let verifier = Verifier::open(&folder).await?;
/// let environment = "0123456789ab".parse()?;
/// let now = Timestamp::from_millis(1_700_000_000_000);
/// let verdict = verifier.verify("not a key", &environment, Permission::Read, now).await?;
/// assert_eq!(verdict, Verdict::Refused(DenyReason::Malformed));
/// # Ok(())
/// # })
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier {
    pub(crate) inside: Arc<Inside>,
}

pub(crate) struct Inside {
    pub(crate) shared: Arc<Shared>,
    wishes: mpsc::UnboundedSender<Wish>,
    flushes: mpsc::UnboundedSender<Flush>,
    look_ups: Semaphore,
}

impl Verifier {
    /// Opens the database in this folder, as `Store::open` does.
    ///
    /// # Errors
    /// `Store`.
    pub async fn open(directory: &Path) -> Result<Self, Error> {
        Self::from_store(Store::open(directory, "verifier").await?).await
    }

    /// Over an open store.
    ///
    /// # Errors
    /// `Unavailable` when the first read fails.
    pub async fn from_store(store: Store) -> Result<Self, Error> {
        Self::with_limits(store, Limits::default()).await
    }

    /// Over an open store, with other limits.
    ///
    /// # Errors
    /// As [`Verifier::from_store`].
    pub async fn with_limits(store: Store, limits: Limits) -> Result<Self, Error> {
        let (shared, senders) = tasks::start(store, limits).map_err(|cause| {
            Error::Store(StoreError::Failed {
                cause: Box::new(cause),
            })
        })?;
        let verifier = Self {
            inside: Arc::new(Inside {
                shared,
                wishes: senders.wishes,
                flushes: senders.flushes,
                look_ups: Semaphore::new(MOST_LOOK_UPS),
            }),
        };
        verifier.wish(Wish::Refresh).await?;
        Ok(verifier)
    }

    /// May a request that shows `text` to `environment` and needs `need` pass at `now`?
    ///
    /// # Errors
    /// `Busy` or `Unavailable`: there is no verdict, and nothing may pass.
    pub async fn verify(
        &self,
        text: &str,
        environment: &EnvironmentId,
        need: Permission,
        now: Timestamp,
    ) -> Result<Verdict, Error> {
        let question = Question {
            environment: Some(environment),
            need,
            now,
            who: false,
        };
        Ok(self.answer(text, question).await?.verdict)
    }

    /// As [`Verifier::verify`], and who showed the key.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub async fn check(
        &self,
        text: &str,
        environment: &EnvironmentId,
        need: Permission,
        now: Timestamp,
    ) -> Result<Answer, Error> {
        let question = Question {
            environment: Some(environment),
            need,
            now,
            who: true,
        };
        self.answer(text, question).await
    }

    /// Judges a key in its own environment, as if to read.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub async fn identify(&self, text: &str, now: Timestamp) -> Result<Answer, Error> {
        let question = Question {
            environment: None,
            need: Permission::Read,
            now,
            who: true,
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

    async fn answer(&self, text: &str, question: Question<'_>) -> Result<Answer, Error> {
        let counters = &self.inside.shared.counters;
        let Ok(shown) = PresentedKey::parse(text) else {
            let answer = refused(DenyReason::Malformed);
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
        question: Question<'_>,
        mut attempt: Attempt,
    ) -> Result<Answer, Error> {
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
                        return Ok(refused(DenyReason::Unknown));
                    }
                    true
                }
                Attempt::Unproven(entry, version) => {
                    if !self.prove(&shown, entry, version, false).await? {
                        return Ok(refused(DenyReason::Unknown));
                    }
                    false
                }
                Attempt::Doubtful(entry, version) => {
                    if !self.prove(&shown, entry, version, true).await? {
                        return Ok(refused(DenyReason::Unknown));
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
        wish: impl FnOnce(oneshot::Sender<Result<T, Reason>>) -> Wish,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let ended = || Error::unavailable(Reason::Unreadable);
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
        if reference.len() > LONGEST_REFERENCE {
            return Ok(None);
        }
        {
            let ground = self.inside.shared.ground.load();
            if ground.is_fresh().map_err(Error::unavailable)?
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
                return Err(Error::unavailable(Reason::Gone));
            }
            if ground.is_fresh().map_err(Error::unavailable)? {
                return Ok(());
            }
        }
        self.wish(Wish::Refresh).await
    }

    /// Counts a use of a key, for whoever shows usage. Never waits. An answer that names no key is nobody's use.
    pub fn record(
        &self,
        answer: &Answer,
        environment: &EnvironmentId,
        need: Permission,
        client: Option<IpAddr>,
        now: Timestamp,
    ) {
        // A key that was shown to a foreign environment is a refused use of that key.
        if let Some(key) = &answer.key {
            let is_accepted = matches!(answer.verdict, Verdict::Accepted(bearer) if bearer.environment == *environment);
            self.inside
                .shared
                .usage
                .record(key.id, need, is_accepted, client, now);
        }
    }

    /// Writes what was counted to the usage file. It also happens every 10 s and when the last clone is dropped.
    ///
    /// # Errors
    /// `Store`. What was not written is kept for the next time.
    pub async fn flush_usage(&self) -> Result<(), Error> {
        usage::flush(&self.inside.flushes).await
    }

    /// What was counted since this process began.
    pub fn figures(&self) -> Figures {
        let shared = &self.inside.shared;
        let ground = shared.ground.load();
        Figures {
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

fn refused(refusal: DenyReason) -> Answer {
    Answer {
        verdict: Verdict::Refused(refusal),
        key: None,
    }
}
