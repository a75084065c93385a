//! The request log: requests are collected in memory, and one task writes them in batches to the store's file of
//! requests. Logging never blocks a request; a crash loses those of the last moment. Of a flood of requests only some
//! are logged, so that the others cost nothing.

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keystile_store::{RequestFile, RequestRecord, StoreError};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use crate::coarse_clock::CoarseClock;
use crate::sharded::Sharded;
use crate::usage::Flush;

/// The time from the first request of a batch to its write.
const WRITE_INTERVAL: Duration = Duration::from_millis(250);
/// Requests that are logged in a burst, of the allowed and of the denied ones each: a flood of one kind must not hide
/// the other.
const MAX_BURST: usize = 1_000;
/// The time for which one request of each kind is logged after a burst: 500 a second.
const NANOS_PER_REQUEST: u128 = 2_000_000;

/// Requests that the task has not written yet.
pub(crate) struct RequestBuffer {
    shards: Sharded<Shard>,
    allowed: Budget,
    denied: Budget,
    /// The time since the budgets were refilled.
    refilled: CoarseClock,
    /// Wakes the task.
    wake: Notify,
    /// Requests that could not be written.
    unwritten: AtomicU64,
}

#[derive(Default)]
struct Shard {
    records: Mutex<Vec<RequestRecord>>,
    /// Requests for which there was no permit.
    skipped: AtomicU64,
}

/// How many more requests of a kind are logged.
struct Budget(AtomicUsize);

impl Budget {
    /// Takes one, unless none is left. A used-up budget is only read, so that cores do not contend for it.
    fn take(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
            && self
                .0
                .try_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                    left.checked_sub(1)
                })
                .is_ok()
    }

    fn refill(&self, count: usize) {
        self.0.update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.saturating_add(count).min(MAX_BURST)
        });
    }
}

impl Default for RequestBuffer {
    fn default() -> Self {
        Self {
            shards: Sharded::default(),
            allowed: Budget(AtomicUsize::new(MAX_BURST)),
            denied: Budget(AtomicUsize::new(MAX_BURST)),
            refilled: CoarseClock::new(),
            wake: Notify::new(),
            unwritten: AtomicU64::new(0),
        }
    }
}

/// The permission to add one request to the request log. Its record need not exist yet.
#[must_use]
pub struct LogPermit<'a>(&'a RequestBuffer);

impl LogPermit<'_> {
    /// Adds the request. Never waits for the task: the lock of this thread's shard is held for a push.
    pub fn log(self, record: RequestRecord) {
        lock(&self.0.shards.local().records).push(record);
        self.0.wake.notify_one();
    }
}

impl RequestBuffer {
    /// Returns the permission to log a request. Without one, the request is counted as lost.
    pub(crate) fn permit(&self, is_allowed: bool) -> Option<LogPermit<'_>> {
        let budget = if is_allowed {
            &self.allowed
        } else {
            &self.denied
        };
        if budget.take() {
            return Some(LogPermit(self));
        }
        let skipped = &self.shards.local().skipped;
        skipped.fetch_add(1, Ordering::Relaxed);
        // All permits may belong to requests that wait for their response, so that nothing else wakes the task.
        if self.refilled.elapsed() > 2 * WRITE_INTERVAL {
            self.wake.notify_one();
        }
        None
    }

    /// Returns how many requests got no permit or could not be written.
    pub(crate) fn lost(&self) -> u64 {
        let skipped = self.shards.iter().map(|shard| &shard.skipped);
        self.unwritten.load(Ordering::Relaxed)
            + skipped
                .map(|skipped| skipped.load(Ordering::Relaxed))
                .sum::<u64>()
    }

    /// Takes the requests of all threads, oldest first.
    fn take(&self) -> Vec<RequestRecord> {
        let mut records: Vec<RequestRecord> = Vec::new();
        for shard in self.shards.iter() {
            records.append(&mut lock(&shard.records));
        }
        records.sort_by_key(|record| record.time);
        records
    }

    /// Adds what may be logged for a period. Returns the part of the period that was too short for another request.
    fn refill(&self, period: Duration) -> Duration {
        let count = u32::try_from(period.as_nanos() / NANOS_PER_REQUEST).unwrap_or(u32::MAX);
        self.allowed.refill(count as usize);
        self.denied.refill(count as usize);
        self.refilled.reset();
        let used = NANOS_PER_REQUEST * u128::from(count);
        let rest = period.as_nanos().saturating_sub(used) % NANOS_PER_REQUEST;
        Duration::from_nanos(u64::try_from(rest).unwrap_or_default())
    }

    /// Writes all requests, and returns their number. Those that cannot be written are lost.
    async fn write(
        &self,
        directory: &Path,
        open_file: &mut Option<RequestFile>,
    ) -> Result<usize, StoreError> {
        let records = self.take();
        if records.is_empty() {
            return Ok(0);
        }
        let written = write_to_file(&records, directory, open_file).await;
        if written.is_err() {
            self.unwritten
                .fetch_add(records.len() as u64, Ordering::Relaxed);
            if let Some(file) = open_file.take() {
                file.close().await;
            }
        }
        written.map(|()| records.len())
    }
}

async fn write_to_file(
    records: &[RequestRecord],
    directory: &Path,
    open_file: &mut Option<RequestFile>,
) -> Result<(), StoreError> {
    if open_file.as_ref().is_none_or(|file| !file.is_in(directory)) {
        if let Some(replaced) = open_file.take() {
            replaced.close().await;
        }
        *open_file = Some(RequestFile::open(directory).await?);
    }
    match open_file {
        Some(file) => file.add(records).await,
        None => Ok(()),
    }
}

fn lock(records: &Mutex<Vec<RequestRecord>>) -> MutexGuard<'_, Vec<RequestRecord>> {
    records.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes soon after a request and on request, until all senders are dropped; then once more. Sleeps while there is
/// nothing to write.
pub(crate) async fn run(
    buffer: &RequestBuffer,
    directory: &Path,
    mut flushes: mpsc::UnboundedReceiver<Flush>,
) {
    let mut file = None;
    let mut is_failing = false;
    let mut refilled_at = Instant::now();
    loop {
        let flush = tokio::select! {
            flush = flushes.recv() => Some(flush),
            () = buffer.wake.notified() => {
                tokio::time::timeout(WRITE_INTERVAL, flushes.recv()).await.ok()
            }
        };
        let result = buffer.write(directory, &mut file).await;
        let now = Instant::now();
        refilled_at = now - buffer.refill(now - refilled_at);
        log_first_failure(&result, &mut is_failing);
        match flush {
            Some(Some(flush)) => {
                // Fails only if the caller was canceled.
                let _ = flush.send(result.map(drop));
            }
            Some(None) => break,
            None => {}
        }
    }
    if let Some(file) = file {
        file.close().await;
    }
}

/// Logs the first of several failures in a row. A write without requests is no success.
fn log_first_failure(result: &Result<usize, StoreError>, is_failing: &mut bool) {
    match result {
        Ok(0) => {}
        Ok(_) => *is_failing = false,
        Err(error) => {
            if !*is_failing {
                tracing::warn!(%error, "requests are not logged");
            }
            *is_failing = true;
        }
    }
}
