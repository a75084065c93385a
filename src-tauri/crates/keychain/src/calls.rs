//! Calls that may never return, each on a thread of its own with a time limit.
//! `keychain` runs every platform call here. A thread that is stuck is left alone: no platform can interrupt one.
//! Not tokio's blocking pool: a runtime waits for that pool when it ends, and the program could not quit.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::error::KeychainError;

/// How long a call may take. A user who types a password into the platform's dialog needs some of it.
pub const CALL_LIMIT: Duration = Duration::from_secs(20);
/// Most calls under way, stuck ones included. When all of them are stuck, further calls fail at once.
pub const MOST_CALLS: usize = 4;

const RUNNING: u8 = 0;
const STUCK: u8 = 1;
const ENDED: u8 = 2;

/// The threads of one credential store.
pub(crate) struct Calls {
    free: Arc<Semaphore>,
    stuck: Arc<AtomicUsize>,
    limit: RwLock<Duration>,
}

impl Calls {
    pub(crate) fn new() -> Self {
        Self {
            free: Arc::new(Semaphore::new(MOST_CALLS)),
            stuck: Arc::new(AtomicUsize::new(0)),
            limit: RwLock::new(CALL_LIMIT),
        }
    }

    pub(crate) fn set_limit(&self, limit: Duration) {
        *self.limit.write().unwrap_or_else(PoisonError::into_inner) = limit;
    }

    /// Runs `call` on its own thread; `Hung` when it does not end in time, `Failed` when it panics.
    ///
    /// If the caller stops waiting, the call still runs to its end.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let limit = *self.limit.read().unwrap_or_else(PoisonError::into_inner);
        let deadline = Instant::now() + limit;
        if self.stuck.load(Ordering::SeqCst) >= MOST_CALLS {
            return Err(KeychainError::Hung);
        }
        let Ok(Ok(place)) = timeout_at(deadline, Arc::clone(&self.free).acquire_owned()).await
        else {
            return Err(KeychainError::Hung);
        };
        let (answer, mut answered) = oneshot::channel();
        let fate = Arc::new(AtomicU8::new(RUNNING));
        let end = EndOfCall {
            fate: Arc::clone(&fate),
            stuck: Arc::clone(&self.stuck),
        };
        let started = std::thread::Builder::new()
            .name("keychain call".to_owned())
            .spawn(move || {
                // Dropped in this order also when the call panics: the count is right before the place is free.
                let _place = place;
                let _end = end;
                let _ = answer.send(call());
            });
        if let Err(cause) = started {
            tracing::warn!(%cause, "no thread for a keychain call");
            return Err(KeychainError::Failed);
        }
        match timeout_at(deadline, &mut answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => {
                tracing::warn!("a keychain call panicked");
                Err(KeychainError::Failed)
            }
            Err(_) => {
                // Counted before it is marked, so that the thread never subtracts what was not added.
                self.stuck.fetch_add(1, Ordering::SeqCst);
                if fate
                    .compare_exchange(RUNNING, STUCK, Ordering::SeqCst, Ordering::SeqCst)
                    .is_err()
                {
                    self.stuck.fetch_sub(1, Ordering::SeqCst);
                    // It ended in the very moment its time did; the answer is as good as in time.
                    if let Ok(answer) = answered.try_recv() {
                        return answer;
                    }
                }
                tracing::warn!("a keychain call did not end in time");
                Err(KeychainError::Hung)
            }
        }
    }
}

struct EndOfCall {
    fate: Arc<AtomicU8>,
    stuck: Arc<AtomicUsize>,
}

impl Drop for EndOfCall {
    fn drop(&mut self) {
        if self.fate.swap(ENDED, Ordering::SeqCst) == STUCK {
            self.stuck.fetch_sub(1, Ordering::SeqCst);
        }
    }
}
