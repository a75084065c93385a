//! Runs Argon2id on as many threads as cores, behind a bounded queue. A secret version is proven once; checks that come
//! meanwhile wait for the same proof. The result is written to the cached key, so that it outlives a caller that gave up.

use std::collections::HashMap;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use keystile_keys::{HashError, ProofMemory, SecretHash};
use tokio::sync::{mpsc, watch};

use crate::error::Error;
use crate::memory::Proof;
use crate::proof_job::{Claimed, Job, NewTag, Outcome};
use crate::proof_queue::ProofQueue;

/// A thread without work ends after this, and its 19 MiB go back to the system.
const IDLE: Duration = Duration::from_secs(10);

#[derive(Default)]
struct Queue {
    jobs: ProofQueue,
    /// Proofs that are waited for or run, by proof mark.
    flights: HashMap<u64, watch::Receiver<Option<Outcome>>>,
    threads: usize,
    idle: usize,
    is_closed: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    woken: Condvar,
    runs: AtomicU64,
    wait: Duration,
    new_tags: mpsc::WeakUnboundedSender<NewTag>,
}

/// The pool. When it is dropped, its threads end.
pub(crate) struct Proofs {
    shared: Arc<Shared>,
    most_threads: usize,
    room: usize,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Proofs {
    /// `room`: how many may wait; `wait`: for how long.
    pub(crate) fn new(
        room: usize,
        wait: Duration,
        new_tags: mpsc::WeakUnboundedSender<NewTag>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                queue: Mutex::default(),
                woken: Condvar::new(),
                runs: AtomicU64::new(0),
                wait,
                new_tags,
            }),
            most_threads: std::thread::available_parallelism().map_or(1, NonZero::get),
            room: room.max(2),
        }
    }

    /// How often Argon2id ran.
    pub(crate) fn runs(&self) -> u64 {
        self.shared.runs.load(Ordering::Relaxed)
    }

    /// Whether Argon2id says that this secret is the version's. Its answer is remembered before this returns.
    ///
    /// # Errors
    /// `Busy`.
    pub(crate) async fn prove(&self, claimed: Claimed) -> Result<bool, Error> {
        let mut flight = self.begin(claimed)?;
        let outcome = flight.wait_for(Option::is_some).await.map(|seen| *seen);
        match outcome {
            Ok(Some(Outcome::Proven)) => Ok(true),
            Ok(Some(Outcome::Disproven)) => Ok(false),
            _ => Err(Error::Busy),
        }
    }

    /// Joins the proof that is under way, or queues a new one.
    fn begin(&self, claimed: Claimed) -> Result<watch::Receiver<Option<Outcome>>, Error> {
        let tag = claimed.ground.tagger.tag(&claimed.secret);
        let Some(version) = claimed.entry.version(claimed.version) else {
            return Err(Error::Busy);
        };
        let mark = claimed.ground.proof_mark(&tag, &version.phc);
        let mut queue = self.shared.queue();
        if let Some(flight) = queue.flights.get(&mark) {
            return Ok(flight.clone());
        }
        let (done, flight) = watch::channel(None);
        let job = Job {
            claimed,
            tag,
            mark,
            since: Instant::now(),
            done,
        };
        if !queue.jobs.push(job, self.room) {
            return Err(Error::Busy);
        }
        queue.flights.insert(mark, flight.clone());
        if queue.idle > 0 {
            self.shared.woken.notify_one();
        }
        if queue.jobs.len() > queue.idle && queue.threads < self.most_threads {
            let shared = Arc::clone(&self.shared);
            let begun = std::thread::Builder::new()
                .name("keystile-proof".to_owned())
                .spawn(move || work(&shared));
            match begun {
                Ok(_) => queue.threads += 1,
                Err(_) if queue.threads > 0 => {}
                Err(error) => {
                    tracing::error!(%error, "no thread for a proof");
                    queue.jobs = ProofQueue::default();
                    queue.flights.clear();
                    return Err(Error::Busy);
                }
            }
        }
        Ok(flight)
    }
}

impl Drop for Proofs {
    fn drop(&mut self) {
        let mut queue = self.shared.queue();
        queue.is_closed = true;
        queue.jobs = ProofQueue::default();
        self.shared.woken.notify_all();
    }
}

fn work(shared: &Shared) {
    let mut memory = ProofMemory::default();
    while let Some(job) = next(shared) {
        let outcome = if job.since.elapsed() > shared.wait {
            Outcome::Undecided
        } else {
            shared.runs.fetch_add(1, Ordering::Relaxed);
            // A panic must not leave a job in flight for ever: its key would be busy until the process ends.
            let proof = AssertUnwindSafe(|| prove(&job, &mut memory));
            catch_unwind(proof).unwrap_or_else(|_| {
                memory = ProofMemory::default();
                Outcome::Undecided
            })
        };
        if outcome == Outcome::Proven && job.claimed.is_doubtful {
            store_anew(shared, &job);
        }
        shared.queue().flights.remove(&job.mark);
        job.done.send_replace(Some(outcome));
    }
}

/// The next job, or nothing when there has been none for long. The thread is counted off before the lock is let go, so
/// that no job waits for one that has just ended.
fn next(shared: &Shared) -> Option<Job> {
    let mut queue = shared.queue();
    loop {
        if let Some(job) = queue.jobs.pop() {
            return Some(job);
        }
        if queue.is_closed {
            queue.threads -= 1;
            return None;
        }
        queue.idle += 1;
        let (woken, waited) = shared
            .woken
            .wait_timeout(queue, IDLE)
            .unwrap_or_else(PoisonError::into_inner);
        queue = woken;
        queue.idle -= 1;
        if waited.timed_out() && queue.jobs.is_empty() {
            queue.threads -= 1;
            return None;
        }
    }
}

fn prove(job: &Job, memory: &mut ProofMemory) -> Outcome {
    let claimed = &job.claimed;
    let Some(version) = claimed.entry.version(claimed.version) else {
        return Outcome::Undecided;
    };
    let proof =
        SecretHash::parse(&version.phc).and_then(|hash| hash.verify(&claimed.secret, memory));
    match proof {
        Ok(true) => {
            claimed.ground.remember_proof(job.mark);
            version.set_proof(Proof::Given);
            Outcome::Proven
        }
        Ok(false) => {
            // A wrong secret for a tag that cannot be compared says nothing about the version.
            if !claimed.is_doubtful {
                tracing::warn!(key = %claimed.entry.facts.id, "the tag and the hash of a key do not belong together");
                version.set_proof(Proof::Refused);
            }
            Outcome::Disproven
        }
        Err(HashError::Failed) => Outcome::Undecided,
        Err(error) => {
            tracing::error!(key = %claimed.entry.facts.id, %error, "a key cannot be proven");
            version.set_proof(Proof::Refused);
            Outcome::Disproven
        }
    }
}

/// The install key was lost: from now on the secret is known by its tag under the new one.
fn store_anew(shared: &Shared, job: &Job) {
    let claimed = &job.claimed;
    let Some(version) = claimed.entry.version(claimed.version) else {
        return;
    };
    if version.made_anew.set(job.tag).is_ok()
        && let Some(new_tags) = shared.new_tags.upgrade()
    {
        // Nobody listens any more when the verifier is being dropped; another process will do it.
        let _unheard = new_tags.send(NewTag {
            ground: Arc::clone(&claimed.ground),
            key: claimed.entry.facts.id,
            version: version.id,
            tag: job.tag,
        });
    }
}
