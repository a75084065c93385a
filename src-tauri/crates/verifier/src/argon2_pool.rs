//! A pool of threads, one per core, that run Argon2id behind a bounded queue. Each secret version is verified once per
//! process: concurrent checks of the same secret wait for the same job, and a caller that gives up does not cancel it.
//! `tokio::task::spawn_blocking` is not used: it runs jobs in the order in which they came, which would let guesses for
//! one key delay other keys, and it panics if the system refuses a thread.

use std::collections::HashMap;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use keystile_keys::ProofMemory;
use tokio::sync::{mpsc, watch};

use crate::argon2_queue::Argon2Queue;
use crate::error::Error;
use crate::verify_job::{Outcome, QueuedJob, RecomputedTag, VerifyJob};

/// An idle thread ends after this and frees its 19 MiB.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

type OutcomeReceiver = watch::Receiver<Option<Outcome>>;

#[derive(Default)]
struct Queue {
    jobs: Argon2Queue,
    /// Queued and running jobs by proof id.
    in_flight: HashMap<u64, OutcomeReceiver>,
    threads: usize,
    idle_threads: usize,
    is_closed: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    job_added: Condvar,
    runs: AtomicU64,
    timeout: Duration,
    recomputed_tags: mpsc::WeakUnboundedSender<RecomputedTag>,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pool. Dropping it ends its threads.
pub(crate) struct Argon2Pool {
    shared: Arc<Shared>,
    max_threads: usize,
    capacity: usize,
}

impl Argon2Pool {
    /// Creates a pool that queues at most `capacity` jobs, each for at most `timeout`.
    pub(crate) fn new(
        capacity: usize,
        timeout: Duration,
        recomputed_tags: mpsc::WeakUnboundedSender<RecomputedTag>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                queue: Mutex::default(),
                job_added: Condvar::new(),
                runs: AtomicU64::new(0),
                timeout,
                recomputed_tags,
            }),
            max_threads: std::thread::available_parallelism().map_or(1, NonZero::get),
            capacity: capacity.max(2),
        }
    }

    /// Returns how often Argon2id ran.
    pub(crate) fn runs(&self) -> u64 {
        self.shared.runs.load(Ordering::Relaxed)
    }

    /// Returns whether the secret matches the hash. The result is in the cache before this returns.
    ///
    /// # Errors
    /// `Busy` if the queue is full or the job waited too long.
    pub(crate) async fn prove(&self, job: VerifyJob) -> Result<bool, Error> {
        let mut receiver = self.join_or_queue(job)?;
        let outcome = receiver.wait_for(Option::is_some).await.map(|seen| *seen);
        match outcome {
            Ok(Some(Outcome::Proven)) => Ok(true),
            Ok(Some(Outcome::Disproven)) => Ok(false),
            _ => Err(Error::Busy),
        }
    }

    /// Joins the job for the same secret, or queues a new one.
    fn join_or_queue(&self, job: VerifyJob) -> Result<OutcomeReceiver, Error> {
        let mut queue = self.shared.queue();
        if let Some(receiver) = queue.in_flight.get(&job.proof_id) {
            return Ok(receiver.clone());
        }
        let (outcome, receiver) = watch::channel(None);
        let proof_id = job.proof_id;
        let queued = QueuedJob {
            job,
            queued_at: Instant::now(),
            outcome,
        };
        if !queue.jobs.push(queued, self.capacity) {
            return Err(Error::Busy);
        }
        queue.in_flight.insert(proof_id, receiver.clone());
        if queue.idle_threads > 0 {
            self.shared.job_added.notify_one();
        }
        if queue.jobs.len() > queue.idle_threads && queue.threads < self.max_threads {
            self.add_thread(&mut queue)?;
        }
        Ok(receiver)
    }

    fn add_thread(&self, queue: &mut Queue) -> Result<(), Error> {
        let shared = Arc::clone(&self.shared);
        let spawned = std::thread::Builder::new()
            .name("keystile-argon2".to_owned())
            .spawn(move || run_jobs(&shared));
        match spawned {
            Ok(_) => queue.threads += 1,
            // Another thread will take the job.
            Err(_) if queue.threads > 0 => {}
            Err(error) => {
                tracing::error!(%error, "starting an Argon2id thread failed");
                queue.jobs = Argon2Queue::default();
                queue.in_flight.clear();
                return Err(Error::Busy);
            }
        }
        Ok(())
    }
}

impl Drop for Argon2Pool {
    fn drop(&mut self) {
        let mut queue = self.shared.queue();
        queue.is_closed = true;
        queue.jobs = Argon2Queue::default();
        self.shared.job_added.notify_all();
    }
}

/// Runs jobs until the pool is dropped or there has been none for `IDLE_TIMEOUT`.
fn run_jobs(shared: &Shared) {
    let mut memory = ProofMemory::default();
    while let Some(queued) = next_job(shared) {
        let outcome = if queued.queued_at.elapsed() > shared.timeout {
            Outcome::Undecided
        } else {
            shared.runs.fetch_add(1, Ordering::Relaxed);
            // After a panic the job must leave `in_flight`, or its key would stay busy until the process ends.
            let run = AssertUnwindSafe(|| queued.job.run(&mut memory));
            catch_unwind(run).unwrap_or_else(|_| {
                memory = ProofMemory::default();
                Outcome::Undecided
            })
        };
        complete(shared, &queued, outcome);
    }
}

/// Waits for a job. Uncounts the thread before it unlocks the queue, so that no job is left to a thread that ends.
fn next_job(shared: &Shared) -> Option<QueuedJob> {
    let mut queue = shared.queue();
    loop {
        if let Some(queued) = queue.jobs.pop() {
            return Some(queued);
        }
        if queue.is_closed {
            queue.threads -= 1;
            return None;
        }
        queue.idle_threads += 1;
        let (locked, wait) = shared
            .job_added
            .wait_timeout(queue, IDLE_TIMEOUT)
            .unwrap_or_else(PoisonError::into_inner);
        queue = locked;
        queue.idle_threads -= 1;
        if wait.timed_out() && queue.jobs.is_empty() {
            queue.threads -= 1;
            return None;
        }
    }
}

/// Publishes the outcome. A proven secret with a stale tag gets a new one, which is stored in the background.
fn complete(shared: &Shared, queued: &QueuedJob, outcome: Outcome) {
    if outcome == Outcome::Proven
        && let Some(tag) = queued.job.record_proof()
        && let Some(recomputed_tags) = shared.recomputed_tags.upgrade()
    {
        // Fails only while the verifier is dropped; another process will store the tag.
        let _ = recomputed_tags.send(tag);
    }
    shared.queue().in_flight.remove(&queued.job.proof_id);
    queued.outcome.send_replace(Some(outcome));
}
