//! Writes decisions to standard output on its own thread, so that a slow reader delays neither the gateway nor its
//! shutdown. The queue is bounded; decisions that do not fit are skipped and counted.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::report;

/// Lines.
const QUEUE_CAPACITY: usize = 1_024;
/// How long the shutdown waits for queued lines.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// The queue to the writing thread.
pub(super) struct DecisionWriter {
    lines: SyncSender<String>,
    skipped: Arc<AtomicU64>,
    finished: oneshot::Receiver<()>,
}

impl DecisionWriter {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(super) fn start() -> io::Result<Self> {
        let (lines, queue) = sync_channel(QUEUE_CAPACITY);
        let (finish, finished) = oneshot::channel();
        let skipped = Arc::new(AtomicU64::new(0));
        let thread_skipped = Arc::clone(&skipped);
        std::thread::Builder::new()
            .name("keystile-decisions".to_owned())
            .spawn(move || {
                write(&queue, &thread_skipped);
                let _timed_out = finish.send(());
            })?;
        Ok(Self {
            lines,
            skipped,
            finished,
        })
    }

    /// Queues a line, or counts it as skipped. Never waits.
    pub(super) fn line(&self, line: String) {
        if self.lines.try_send(line).is_err() {
            self.skip(1);
        }
    }

    /// Counts decisions that were lost before they were queued.
    pub(super) fn skip(&self, count: u64) {
        self.skipped.fetch_add(count, Ordering::Relaxed);
    }

    /// Waits until queued lines are written, up to [`FLUSH_TIMEOUT`]. Returns the number of skipped decisions that were
    /// not reported yet.
    pub(super) async fn finish(self) -> u64 {
        drop(self.lines);
        // A blocked thread ends with the process.
        let _timed_out = tokio::time::timeout(FLUSH_TIMEOUT, self.finished).await;
        self.skipped.swap(0, Ordering::Relaxed)
    }
}

/// Writes until the queue is closed. After a failed write, counts the decisions as skipped, unless the reader closed
/// the pipe on purpose.
fn write(queue: &Receiver<String>, skipped: &AtomicU64) {
    let mut written = Ok(());
    while let Ok(line) = queue.recv() {
        if written.is_ok() {
            written = writeln!(anstream::stdout(), "{line}");
        }
        if let Err(cause) = &written {
            let is_missing = cause.kind() != io::ErrorKind::BrokenPipe;
            skipped.fetch_add(u64::from(is_missing), Ordering::Relaxed);
            continue;
        }
        let count = skipped.swap(0, Ordering::Relaxed);
        if count > 0 {
            report::warn(&skipped_warning(count));
        }
    }
}

pub(super) fn skipped_warning(count: u64) -> String {
    match count {
        1 => "1 decision skipped: the output was too slow or failed.".to_owned(),
        _ => format!("{count} decisions skipped: the output was too slow or failed."),
    }
}
