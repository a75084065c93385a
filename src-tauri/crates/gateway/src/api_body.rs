//! The body of an API's answer. It drives the connection that it comes over, and gives that back when both are done.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::link::Link;
use crate::pool::Pool;

pub(crate) struct ApiBody {
    body: Incoming,
    /// `None` where others drive it.
    link: Option<(Link, Arc<Pool>)>,
}

impl ApiBody {
    pub(crate) fn over(body: Incoming, link: Link, pool: Arc<Pool>) -> Self {
        Self {
            body,
            link: Some((link, pool)),
        }
    }

    pub(crate) fn alone(body: Incoming) -> Self {
        Self { body, link: None }
    }

    /// Has the connection driven by a task of its own, whether or not this body is read. It is not used again.
    pub(crate) fn detach(&mut self) {
        if let Some((link, _pool)) = self.link.take() {
            link.let_go();
        }
    }

    fn give_back(&mut self) {
        if let Some((link, pool)) = self.link.take() {
            pool.give_back(link);
        }
    }
}

impl Drop for ApiBody {
    fn drop(&mut self) {
        // What was not read to its end leaves a connection on which nothing can follow; the pool would wait for it.
        if self.body.is_end_stream() {
            self.give_back();
        }
    }
}

impl Body for ApiBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = &mut *self;
        let mut polled = Pin::new(&mut this.body).poll_frame(cx);
        if polled.is_pending()
            && let Some((link, _)) = &mut this.link
        {
            link.drive(cx);
            polled = Pin::new(&mut this.body).poll_frame(cx);
        }
        if matches!(polled, Poll::Ready(None)) {
            this.give_back();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
