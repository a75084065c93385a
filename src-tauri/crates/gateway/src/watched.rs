//! A body that ends with an error once it would not be let through any more. Short bodies never notice: the first question is
//! asked when a stream has gone on for a while.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::progress::Progress;
use crate::standing::Standing;
use crate::turn::Upload;

type Question = Pin<Box<dyn Future<Output = bool> + Send>>;

/// A body in either direction.
pub(crate) struct Watched<B> {
    body: B,
    standing: Arc<Standing>,
    every: Duration,
    asked: Instant,
    /// Wakes a stream that is silent.
    pause: Option<Pin<Box<Sleep>>>,
    question: Option<Question>,
    progress: Option<Progress>,
    /// Held until the body is whole or given up.
    _upload: Option<Upload>,
}

/// Why a stream ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cut {
    #[error("this stream would not be let through any more")]
    Fallen,
    #[error(transparent)]
    Body(#[from] hyper::Error),
}

impl<B> Watched<B> {
    pub(crate) fn new(body: B, standing: Arc<Standing>, every: Duration) -> Self {
        Self {
            body,
            standing,
            every,
            asked: Instant::now(),
            pause: None,
            question: None,
            progress: None,
            _upload: None,
        }
    }

    /// Tells of each part that moves.
    pub(crate) fn telling(self, progress: Option<Progress>) -> Self {
        Self { progress, ..self }
    }

    /// Keeps the caller's connection to this body.
    pub(crate) fn keeping(self, upload: Option<Upload>) -> Self {
        Self {
            _upload: upload,
            ..self
        }
    }

    /// Whether it is known that it may not go on.
    fn poll_fallen(&mut self, cx: &mut Context<'_>) -> bool {
        if self.question.is_none() && self.asked.elapsed() >= self.every {
            self.question = Some(Box::pin(Arc::clone(&self.standing).holds()));
        }
        let Some(question) = &mut self.question else {
            return false;
        };
        match question.as_mut().poll(cx) {
            Poll::Pending => false,
            Poll::Ready(holds) => {
                self.question = None;
                self.asked = Instant::now();
                !holds
            }
        }
    }
}

impl<B: Body<Data = Bytes, Error = hyper::Error> + Unpin> Body for Watched<B> {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let this = &mut *self;
        loop {
            if this.poll_fallen(cx) {
                return Poll::Ready(Some(Err(Cut::Fallen)));
            }
            if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
                if let (Some(progress), Some(Ok(frame))) = (&this.progress, &frame) {
                    progress.add(frame.data_ref().map_or(0, Bytes::len));
                }
                return Poll::Ready(frame.map(|frame| frame.map_err(Cut::Body)));
            }
            if this.question.is_some() {
                // The answer wakes the stream, or its next bytes do.
                return Poll::Pending;
            }
            let until = this.asked + this.every;
            let pause = this
                .pause
                .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
            if pause.deadline() != until {
                pause.as_mut().reset(until);
            }
            if pause.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
