//! A client's connection as hyper sees it. Tracks reads and writes, and replaces hyper's bodiless error responses by
//! problem responses.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use keystile_guard::Problem;
use keystile_listener::{LINGER_TIMEOUT, ServerStream, Stream};

use crate::connection_state::{ConnectionState, Phase};

pub(crate) struct DownstreamIo {
    stream: TokioIo<ServerStream>,
    state: Arc<ConnectionState>,
    /// Bytes that were read before and not used.
    buffered: Bytes,
}

impl DownstreamIo {
    pub(crate) fn new(stream: Stream, buffered: Bytes, state: Arc<ConnectionState>) -> Self {
        Self {
            stream: TokioIo::new(ServerStream::new(stream)),
            state,
            buffered,
        }
    }

    pub(crate) fn into_stream(self) -> Stream {
        self.stream.into_inner().into_inner()
    }

    /// Writes a last response on a connection that hyper gave up, and closes it.
    pub(crate) async fn close_with(self, last: Option<Problem>) {
        let stream = self.stream.into_inner();
        stream
            .close_with(last.map(Problem::into_bytes), LINGER_TIMEOUT)
            .await;
    }

    /// Returns whether hyper itself writes the response, because it could not parse a head.
    fn is_written_by_hyper(&self) -> bool {
        matches!(self.state.phase(), Phase::Idle | Phase::Head)
    }

    fn record_write(&self, poll: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.state.set_blocked(poll.is_pending());
        if let Poll::Ready(Ok(bytes)) = &poll {
            self.state.on_bytes_written(*bytes);
        }
        poll
    }
}

impl Read for DownstreamIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.buffered.is_empty() {
            let count = self.buffered.len().min(buffer.remaining());
            buffer.put_slice(&self.buffered.split_to(count));
            self.state.on_bytes_read();
            return Poll::Ready(Ok(()));
        }
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        // Also at the end of the stream.
        self.state.on_bytes_read();
        Poll::Ready(Ok(()))
    }
}

impl Write for DownstreamIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_written_by_hyper()
            && let Some(problem) = Problem::replacing(bytes)
        {
            self.stream.inner_mut().replace_with(problem.into_bytes());
            return Poll::Ready(Ok(bytes.len()));
        }
        let poll = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.record_write(poll)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.is_written_by_hyper() {
            let first = parts.first().map_or(&[][..], |part| part);
            return self.poll_write(cx, first);
        }
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.record_write(poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.state.on_flush();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
