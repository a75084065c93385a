//! The body of whatever a caller gets. It tells the connection's turn when hyper is done with it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame, SizeHint};

use crate::api_body::ApiBody;
use crate::turn::Turn;
use crate::watched::{Cut, Watched};

pub(crate) struct Answered {
    body: Either<Full<Bytes>, Watched<ApiBody>>,
    turn: Arc<Turn>,
}

impl Answered {
    pub(crate) fn new(body: Either<Full<Bytes>, Watched<ApiBody>>, turn: Arc<Turn>) -> Self {
        Self { body, turn }
    }
}

impl Drop for Answered {
    fn drop(&mut self) {
        self.turn.told();
    }
}

impl Body for Answered {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match &mut self.body {
            Either::Left(whole) => Pin::new(whole)
                .poll_frame(cx)
                .map_err(|never| match never {}),
            Either::Right(streamed) => Pin::new(streamed).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
