//! The alarm that ends a connection whose next head does not come. hyper sets one before each request and drops it when
//! the head is there; to set and drop a timer of tokio each time cost a quarter of a microsecond. So a connection keeps one
//! timer, and an alarm moves it only when it goes off too early. Used by `server`; it knows no request.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

/// The timer of a connection, made when first waited for.
type Kept = Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>;

/// Sets the alarms of one connection, of which one at a time is waited for.
#[derive(Default)]
pub(crate) struct Alarms(Kept);

struct Alarm {
    deadline: Instant,
    kept: Kept,
}

impl Timer for Alarms {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Alarm {
            deadline,
            kept: Arc::clone(&self.0),
        })
    }
}

impl Sleep for Alarm {}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline.into();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let timer = kept.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        // Too early is seen when it goes off; too late would not be.
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
