//! A reusable timer for hyper's header timeout, one for each connection. hyper sets a timeout before each request and
//! drops it when the head is complete; a new tokio timer each time would cost a quarter of a microsecond.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

/// The timer of a connection, created by the first wait.
type SharedSleep = Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>;

/// Hands out timeouts that share one timer. Only one of them is awaited at a time.
#[derive(Default)]
pub(crate) struct HeaderTimer(SharedSleep);

/// One timeout. Moves the shared timer only when that would fire too late, or has fired too early.
struct HeaderTimeout {
    deadline: Instant,
    sleep: SharedSleep,
}

impl Timer for HeaderTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(HeaderTimeout {
            deadline,
            sleep: Arc::clone(&self.0),
        })
    }
}

impl Sleep for HeaderTimeout {}

impl Future for HeaderTimeout {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline.into();
        let mut sleep = self.sleep.lock().unwrap_or_else(PoisonError::into_inner);
        let timer = sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if timer.deadline() > deadline {
            timer.as_mut().reset(deadline);
        }
        while timer.deadline() < deadline {
            ready!(timer.as_mut().poll(cx));
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn timeout_fires_at_its_own_deadline_after_reuse() {
        let timer = HeaderTimer::default();
        let second = Duration::from_secs(1);
        let start = tokio::time::Instant::now();
        let now = || tokio::time::Instant::now().into_std();
        let mut first = timer.sleep_until(now() + 10 * second);
        tokio::select! {
            () = &mut first => panic!("the timeout fired before its deadline"),
            () = tokio::time::sleep(8 * second) => {}
        }
        drop(first);
        timer.sleep_until(now() + 10 * second).await;
        assert_eq!(
            start.elapsed().as_secs(),
            18,
            "the second request has the full timeout"
        );
        timer.sleep_until(now() + second).await;
        assert_eq!(
            start.elapsed().as_secs(),
            19,
            "a shorter timeout is not late"
        );
    }
}
