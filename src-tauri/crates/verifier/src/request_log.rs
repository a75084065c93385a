//! The request log: requests are collected in memory, and one task writes them in batches to the store's file of
//! requests. Logging never blocks a request; a crash loses those of the last second.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keystile_store::{RequestFile, RequestRecord, StoreError};
use tokio::sync::mpsc;

use crate::sharded::Sharded;
use crate::usage::Flush;

const WRITE_INTERVAL: Duration = Duration::from_secs(1);
/// Requests that are written at a time. Older ones are dropped and counted.
const MAX_BATCH: usize = 1_000;

/// Requests that the task has not written yet.
#[derive(Default)]
pub(crate) struct RequestBuffer {
    shards: Sharded<Mutex<VecDeque<RequestRecord>>>,
    lost: AtomicU64,
}

impl RequestBuffer {
    /// Adds a request. Never waits for the task: the lock of this thread's shard is held for a push.
    pub(crate) fn push(&self, record: RequestRecord) {
        let mut shard = lock(self.shards.local());
        if shard.len() >= MAX_BATCH {
            shard.pop_front();
            self.lose(1);
        }
        shard.push_back(record);
    }

    /// Returns how many requests were dropped or could not be written.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    fn lose(&self, count: usize) {
        self.lost.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Takes the newest requests of all threads, oldest first.
    fn take(&self) -> Vec<RequestRecord> {
        let mut records: Vec<RequestRecord> = Vec::new();
        for shard in self.shards.iter() {
            let shard = std::mem::take(&mut *lock(shard));
            records.extend(shard);
        }
        records.sort_by_key(|record| record.time);
        let excess = records.len().saturating_sub(MAX_BATCH);
        self.lose(excess);
        records.drain(..excess);
        records
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
            self.lose(records.len());
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

fn lock(shard: &Mutex<VecDeque<RequestRecord>>) -> MutexGuard<'_, VecDeque<RequestRecord>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes every second and on request, until all senders are dropped; then once more.
pub(crate) async fn run(
    buffer: &RequestBuffer,
    directory: &Path,
    mut flushes: mpsc::UnboundedReceiver<Flush>,
) {
    let mut file = None;
    let mut is_failing = false;
    loop {
        let flush = tokio::time::timeout(WRITE_INTERVAL, flushes.recv()).await;
        let result = buffer.write(directory, &mut file).await;
        log_first_failure(&result, &mut is_failing);
        match flush {
            Ok(Some(flush)) => {
                // Fails only if the caller was canceled.
                let _ = flush.send(result.map(drop));
            }
            Ok(None) => break,
            Err(_) => {}
        }
    }
    if let Some(file) = file {
        file.close().await;
    }
}

/// Logs the first of several failures in a row. A second without requests is no success.
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
