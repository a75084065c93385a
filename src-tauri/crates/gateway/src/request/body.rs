//! Forwarded bodies. Both directions fail when their request is no longer authorized.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::cancellation::RevalidationGate;
use super::open_request::OpenRequest;
use crate::connection_state::Upload;
use crate::upstream::BodyError;

/// Transferred bytes of a request body, for the timeout of the response.
#[derive(Clone, Debug, Default)]
pub(crate) struct UploadProgress(Arc<AtomicU64>);

impl UploadProgress {
    fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Returns the bytes since the last call.
    pub(crate) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// A body that fails when its request is canceled.
pub(crate) struct CancellableBody {
    body: Incoming,
    request: Arc<OpenRequest>,
    gate: RevalidationGate,
    /// Wakes the task while the inner body is pending.
    cancelled: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

/// The body of a response to the client.
pub(crate) type ResponseBody = CancellableBody;

impl CancellableBody {
    pub(crate) fn new(body: Incoming, request: Arc<OpenRequest>) -> Self {
        Self {
            body,
            request,
            gate: RevalidationGate::default(),
            cancelled: None,
        }
    }
}

impl Body for CancellableBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        let cancellation = &this.request.cancellation;
        if !ready!(this.gate.poll_open(cancellation, cx)) {
            return Poll::Ready(Some(Err(BodyError::Revoked)));
        }
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(BodyError::Transfer)));
        }
        let cancelled = this
            .cancelled
            .get_or_insert_with(|| Box::pin(cancellation.cancelled_owned()));
        ready!(cancelled.as_mut().poll(cx));
        Poll::Ready(Some(Err(BodyError::Revoked)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a request to the upstream. Drops trailers, which a server may merge into the headers.
pub(crate) struct ForwardedBody {
    body: CancellableBody,
    progress: Option<UploadProgress>,
    /// Held until the body is complete or dropped.
    _upload: Option<Upload>,
}

impl ForwardedBody {
    pub(crate) fn new(
        body: Incoming,
        request: Arc<OpenRequest>,
        progress: Option<UploadProgress>,
        upload: Option<Upload>,
    ) -> Self {
        Self {
            body: CancellableBody::new(body, request),
            progress,
            _upload: upload,
        }
    }
}

impl Body for ForwardedBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let (Some(progress), Some(Ok(frame))) = (&self.progress, &frame) {
            progress.add(frame.data_ref().map_or(0, Bytes::len));
        }
        Poll::Ready(frame.filter(|frame| !matches!(frame, Ok(frame) if frame.is_trailers())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
