//! Cancels streams, WebSockets, and long polls that are no longer authorized. Each has a [`Cancellation`], which the
//! gateway's revalidation task triggers. While that task is overdue, for example after the process was suspended, no
//! bytes are forwarded.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// How often requests in flight are authorized again. After a commit, this happens within [`COMMIT_POLL_INTERVAL`].
pub(crate) const REVALIDATION_INTERVAL: Duration = Duration::from_millis(500);
/// How often the revalidation task checks for commits.
pub(crate) const COMMIT_POLL_INTERVAL: Duration = Duration::from_millis(100);
/// After this time without a revalidation, the next one is overdue.
const MAX_POLL_AGE: Duration = Duration::from_millis(400);

/// Records when the revalidation task last completed.
pub(crate) struct Revalidations {
    start: Instant,
    /// Milliseconds since `start`.
    last: AtomicU64,
    done: Notify,
}

impl Revalidations {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            last: AtomicU64::new(0),
            done: Notify::new(),
        })
    }

    /// Returns the milliseconds since creation.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Records a completed revalidation. `start`: [`Revalidations::now`] at its start, because it may have missed later
    /// commits.
    pub(crate) fn complete(&self, start: u64) {
        self.last.store(start, Ordering::Release);
        self.done.notify_waiters();
    }

    pub(crate) fn is_overdue(&self) -> bool {
        let age = self.now().saturating_sub(self.last.load(Ordering::Acquire));
        u128::from(age) > MAX_POLL_AGE.as_millis()
    }

    /// Waits until a revalidation is no longer overdue.
    pub(crate) async fn caught_up(self: Arc<Self>) {
        loop {
            let done = self.done.notified();
            if !self.is_overdue() {
                return;
            }
            done.await;
        }
    }
}

/// Cancels one request. Triggered by the revalidation task.
pub(crate) struct Cancellation {
    token: CancellationToken,
    revalidations: Arc<Revalidations>,
}

impl Cancellation {
    pub(crate) fn new(revalidations: Arc<Revalidations>) -> Self {
        Self {
            token: CancellationToken::new(),
            revalidations,
        }
    }

    pub(crate) fn cancel(&self) {
        self.token.cancel();
    }

    /// Resolves when the request is canceled.
    pub(crate) async fn cancelled(&self) {
        self.token.cancelled().await;
    }

    /// Returns [`Cancellation::cancelled`] as an owned future, for `poll` functions.
    pub(crate) fn cancelled_owned(&self) -> WaitForCancellationFutureOwned {
        self.token.clone().cancelled_owned()
    }
}

/// Stops a stream while revalidation is overdue.
#[derive(Default)]
pub(crate) struct RevalidationGate {
    /// Resolves when revalidation is no longer overdue.
    caught_up: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl RevalidationGate {
    /// Returns false if the request is canceled, true if it may continue. Pending while revalidation is overdue.
    pub(crate) fn poll_open(
        &mut self,
        cancellation: &Cancellation,
        cx: &mut Context<'_>,
    ) -> Poll<bool> {
        loop {
            if cancellation.token.is_cancelled() {
                return Poll::Ready(false);
            }
            if let Some(caught_up) = &mut self.caught_up {
                ready!(caught_up.as_mut().poll(cx));
                self.caught_up = None;
                continue;
            }
            if !cancellation.revalidations.is_overdue() {
                return Poll::Ready(true);
            }
            let revalidations = Arc::clone(&cancellation.revalidations);
            let token = cancellation.token.clone();
            self.caught_up = Some(Box::pin(async move {
                tokio::select! {
                    () = revalidations.caught_up() => {}
                    () = token.cancelled() => {}
                }
            }));
        }
    }
}
