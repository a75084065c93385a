//! The body of a response to a client. Records its end in the connection's state and in the access log.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame, SizeHint};
use keystile_log::PendingEntry;

use crate::connection_state::ConnectionState;
use crate::request::ResponseBody;
use crate::upstream::BodyError;

pub(crate) struct TrackedBody {
    body: Either<Full<Bytes>, ResponseBody>,
    state: Arc<ConnectionState>,
    /// Written on drop.
    _log: Option<Box<PendingEntry>>,
}

impl TrackedBody {
    pub(crate) fn new(
        body: Either<Full<Bytes>, ResponseBody>,
        state: Arc<ConnectionState>,
        log: Option<Box<PendingEntry>>,
    ) -> Self {
        Self {
            body,
            state,
            _log: log,
        }
    }
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        self.state.on_response_done();
    }
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.body {
            Either::Left(full) => Pin::new(full)
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
