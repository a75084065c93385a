//! The body that an API gets of a caller's request. Trailers end here: an API may read them as headers, and so as what the
//! gateway alone may say. HTTP/1.1 leaves out those that no header names, HTTP/2 none.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::watched::{Cut, Watched};

pub(crate) struct Sent(pub(crate) Watched<Incoming>);

impl Body for Sent {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        Pin::new(&mut self.0)
            .poll_frame(cx)
            .map(|frame| frame.filter(|frame| !matches!(frame, Ok(frame) if frame.is_trailers())))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
