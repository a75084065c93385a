//! The alarm that ends a connection whose next head does not come. hyper sets one before each request and drops it when
//! the head is there; setting and dropping a timer of tokio each time costs more than the check of a key. So a connection
//! keeps one timer, and an alarm moves it only when it goes off too early. Used by `server`; it knows no request.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

/// The timer of a connection, between two alarms.
type Kept = Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>;

/// Sets the alarms of one connection.
#[derive(Default)]
pub(crate) struct Alarms(Kept);

struct Alarm {
    deadline: Instant,
    /// Goes off at the deadline or before. There until the alarm is dropped.
    timer: Option<Pin<Box<tokio::time::Sleep>>>,
    kept: Kept,
}

impl Timer for Alarms {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // One that is set for later than this would go off too late.
        let timer = kept
            .filter(|timer| timer.deadline() <= deadline.into())
            .unwrap_or_else(|| Box::pin(tokio::time::sleep_until(deadline.into())));
        Box::pin(Alarm {
            deadline,
            timer: Some(timer),
            kept: Arc::clone(&self.0),
        })
    }
}

impl Sleep for Alarm {}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline.into();
        let Some(timer) = &mut self.timer else {
            return Poll::Ready(());
        };
        loop {
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() >= deadline {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = self.timer.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_alarm_goes_off_at_its_own_time_and_not_at_that_of_the_one_before() {
        let alarms = Alarms::default();
        let second = Duration::from_secs(1);
        let begun = tokio::time::Instant::now();
        let now = || tokio::time::Instant::now().into_std();
        let mut first = alarms.sleep_until(now() + 10 * second);
        tokio::select! {
            () = &mut first => panic!("ten seconds have not passed"),
            () = tokio::time::sleep(8 * second) => {}
        }
        drop(first);
        alarms.sleep_until(now() + 10 * second).await;
        assert_eq!(
            begun.elapsed().as_secs(),
            18,
            "a request that came in time gives the next one the whole time again"
        );
        alarms.sleep_until(now() + second).await;
        assert_eq!(begun.elapsed().as_secs(), 19, "nor is a shorter one late");
    }
}
