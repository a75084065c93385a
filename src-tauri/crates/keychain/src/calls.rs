//! Calls of the platform, each on its own thread with a timeout, because a call may hang and cannot be interrupted.
//! Tokio's blocking pool is not used: a runtime waits for it, so the program could not exit.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::error::KeychainError;

/// Timeout of a call, including the time a user needs for the dialog of the platform.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// Maximum number of concurrent calls, including those that hang. While all of them hang, further calls fail
/// immediately.
pub const MAX_CALLS: usize = 4;

const RUNNING: u8 = 0;
const HUNG: u8 = 1;
const FINISHED: u8 = 2;

/// Runs the calls of one credential store.
pub(crate) struct Calls {
    free: Arc<Semaphore>,
    hung: Arc<AtomicUsize>,
    timeout: RwLock<Duration>,
}

impl Calls {
    pub(crate) fn new() -> Self {
        Self {
            free: Arc::new(Semaphore::new(MAX_CALLS)),
            hung: Arc::new(AtomicUsize::new(0)),
            timeout: RwLock::new(CALL_TIMEOUT),
        }
    }

    pub(crate) fn set_timeout(&self, timeout: Duration) {
        *self.timeout.write().unwrap_or_else(PoisonError::into_inner) = timeout;
    }

    /// Runs `call` on its own thread. If the caller stops waiting, the call still runs to its end.
    ///
    /// # Errors
    /// `Timeout`, `Failed` if the call panics, or the error of the call.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let timeout = *self.timeout.read().unwrap_or_else(PoisonError::into_inner);
        let deadline = Instant::now() + timeout;
        if self.hung.load(Ordering::SeqCst) >= MAX_CALLS {
            return Err(KeychainError::Timeout);
        }
        let Ok(Ok(permit)) = timeout_at(deadline, Arc::clone(&self.free).acquire_owned()).await
        else {
            return Err(KeychainError::Timeout);
        };
        let (sender, mut receiver) = oneshot::channel();
        let state = Arc::new(AtomicU8::new(RUNNING));
        let guard = CallGuard {
            state: Arc::clone(&state),
            hung: Arc::clone(&self.hung),
        };
        let started = std::thread::Builder::new()
            .name("keychain call".to_owned())
            .spawn(move || {
                // Dropped in reverse order, also if the call panics: the count is updated before the permit is
                // released.
                let _permit = permit;
                let _guard = guard;
                let _sent = sender.send(call());
            });
        if let Err(cause) = started {
            tracing::warn!(%cause, "cannot start a thread for a keychain call");
            return Err(KeychainError::Failed);
        }
        match timeout_at(deadline, &mut receiver).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => {
                tracing::warn!("a keychain call panicked");
                Err(KeychainError::Failed)
            }
            Err(_) => {
                // Counted before it is marked, so that the thread never decrements too early.
                self.hung.fetch_add(1, Ordering::SeqCst);
                if state
                    .compare_exchange(RUNNING, HUNG, Ordering::SeqCst, Ordering::SeqCst)
                    .is_err()
                {
                    self.hung.fetch_sub(1, Ordering::SeqCst);
                    // It finished at the timeout; the result is valid.
                    if let Ok(result) = receiver.try_recv() {
                        return result;
                    }
                }
                tracing::warn!("a keychain call timed out");
                Err(KeychainError::Timeout)
            }
        }
    }
}

struct CallGuard {
    state: Arc<AtomicU8>,
    hung: Arc<AtomicUsize>,
}

impl Drop for CallGuard {
    fn drop(&mut self) {
        if self.state.swap(FINISHED, Ordering::SeqCst) == HUNG {
            self.hung.fetch_sub(1, Ordering::SeqCst);
        }
    }
}
