//! Ends what outlives the decision about its request: streams, WebSockets, long polls. They hold a [`Cancellation`], which
//! the revalidation task of the gateway cancels. While that task is overdue, because the process was stopped or had no
//! processor time, nothing moves.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// How often requests in flight are authorized again, at the latest; after a commit it is done within
/// [`COMMIT_POLL_INTERVAL`].
pub(crate) const REVALIDATION_INTERVAL: Duration = Duration::from_millis(500);
/// How often the revalidation task looks whether anything was committed.
pub(crate) const COMMIT_POLL_INTERVAL: Duration = Duration::from_millis(100);
/// A look that is older than this is overdue.
const MAX_POLL_AGE: Duration = Duration::from_millis(400);

/// When the revalidation task last found that requests in flight may go on.
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

    /// Milliseconds since this was created.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Notes that every request in flight was looked at. `begun`: [`Revalidations::now`] before that began, because what was
    /// committed after it may not have been seen.
    pub(crate) fn complete(&self, begun: u64) {
        self.last.store(begun, Ordering::Release);
        self.done.notify_waiters();
    }

    pub(crate) fn is_overdue(&self) -> bool {
        let age = self.now().saturating_sub(self.last.load(Ordering::Acquire));
        u128::from(age) > MAX_POLL_AGE.as_millis()
    }

    /// Waits until the task has looked again.
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

/// Ends what was begun by one request. Cancelled by the revalidation task.
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

    /// Resolves when it is cancelled.
    pub(crate) async fn cancelled(&self) {
        self.token.cancelled().await;
    }

    /// As [`Cancellation::cancelled`], for what is polled by hand.
    pub(crate) fn cancelled_owned(&self) -> WaitForCancellationFutureOwned {
        self.token.clone().cancelled_owned()
    }
}

/// Lets a stream go on only while it is known that it may.
#[derive(Default)]
pub(crate) struct Gate {
    /// Waits for the revalidation task while that is overdue.
    caught_up: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Gate {
    /// Returns whether the stream may go on, as soon as that is known.
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
