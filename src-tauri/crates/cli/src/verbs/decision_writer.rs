//! Writes decisions to standard output from a thread of its own, so that nobody who does not read them can hold up the
//! gateway or its end. The queue is bounded: what does not fit is dropped and counted.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::report;

/// Lines that wait to be written.
const QUEUE_CAPACITY: usize = 1_024;
/// How long the end of the program waits for lines that are still queued.
const FINISH_TIMEOUT: Duration = Duration::from_secs(1);

/// The queue to the writing thread.
pub(super) struct DecisionWriter {
    lines: SyncSender<String>,
    dropped: Arc<AtomicU64>,
    finished: oneshot::Receiver<()>,
}

impl DecisionWriter {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system starts none.
    pub(super) fn start() -> io::Result<Self> {
        let (lines, queued) = sync_channel(QUEUE_CAPACITY);
        let (finish, finished) = oneshot::channel();
        let dropped = Arc::new(AtomicU64::new(0));
        let of_thread = Arc::clone(&dropped);
        std::thread::Builder::new()
            .name("keystile-decisions".to_owned())
            .spawn(move || {
                write(&queued, &of_thread);
                // Nobody may wait for it any more.
                let _sent = finish.send(());
            })?;
        Ok(Self {
            lines,
            dropped,
            finished,
        })
    }

    /// Queues a line, or counts it as dropped. Never waits.
    pub(super) fn line(&self, line: String) {
        if self.lines.try_send(line).is_err() {
            self.drop_lines(1);
        }
    }

    /// Counts lines that were lost before they came here.
    pub(super) fn drop_lines(&self, count: u64) {
        self.dropped.fetch_add(count, Ordering::Relaxed);
    }

    /// Lets the thread write what is queued, for a moment at most. Returns how many lines were dropped and not reported yet.
    pub(super) async fn finish(self) -> u64 {
        drop(self.lines);
        // A thread that cannot write ends with the process.
        let _in_time = tokio::time::timeout(FINISH_TIMEOUT, self.finished).await;
        self.dropped.swap(0, Ordering::Relaxed)
    }
}

/// Writes until the queue is closed. After a failed write everything is dropped: the reader has gone.
fn write(queued: &Receiver<String>, dropped: &AtomicU64) {
    let mut is_open = true;
    while let Ok(line) = queued.recv() {
        is_open = is_open && writeln!(io::stdout(), "{line}").is_ok();
        if !is_open {
            dropped.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            report::warn(&not_printed(lost));
        }
    }
}

/// Says how many decisions were not printed.
pub(super) fn not_printed(lost: u64) -> String {
    format!("{lost} decisions came too fast to be printed, or were not read.")
}
