//! One HTTP/1.1 connection to the API. It has no task of its own: whoever waits for its answer drives it, which saves two
//! changes of tasks a request. It knows no other connection.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

use crate::sent::Sent;
use crate::stream::Stream;

pub(crate) struct Link {
    sender: SendRequest<Sent>,
    driver: Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>,
    has_ended: bool,
    idle_since: Instant,
}

impl Link {
    pub(crate) async fn over(stream: Stream) -> Result<Self, hyper::Error> {
        let (sender, driver) = http1::handshake(TokioIo::new(stream)).await?;
        Ok(Self {
            sender,
            driver: Box::pin(driver.with_upgrades()),
            has_ended: false,
            idle_since: Instant::now(),
        })
    }

    /// Does what the connection can do at the moment.
    pub(crate) fn drive(&mut self, cx: &mut Context<'_>) {
        if self.has_ended {
            return;
        }
        if let Poll::Ready(ended) = self.driver.as_mut().poll(cx) {
            self.has_ended = true;
            if let Err(cause) = ended {
                tracing::debug!(%cause, "a connection to the API ended early");
            }
        }
    }

    /// Whether a request can be sent: the last one is over on both sides, and the API has not hung up.
    pub(crate) fn is_free(&mut self) -> bool {
        self.drive(&mut Context::from_waker(Waker::noop()));
        !self.has_ended && self.sender.is_ready()
    }

    /// Marks the beginning of a pause.
    pub(crate) fn rests(&mut self) {
        self.idle_since = Instant::now();
    }

    /// Whether it has rested for so long that the API may be about to close it.
    pub(crate) fn is_stale(&self, after: Duration) -> bool {
        self.idle_since.elapsed() >= after
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(
        &mut self,
        request: Request<Sent>,
    ) -> Result<Response<Incoming>, TrySendError<Request<Sent>>> {
        let mut answer = std::pin::pin!(self.sender.try_send_request(request));
        let (driver, has_ended) = (&mut self.driver, &mut self.has_ended);
        std::future::poll_fn(|cx| {
            if !*has_ended && driver.as_mut().poll(cx).is_ready() {
                *has_ended = true;
            }
            answer.as_mut().poll(cx)
        })
        .await
    }

    /// Goes on by itself, for what comes after an upgrade.
    pub(crate) fn let_go(self) {
        if !self.has_ended {
            tokio::spawn(async move {
                // Its end is that of the tunnel, which tells it.
                let _ended = self.driver.await;
            });
        }
    }
}
