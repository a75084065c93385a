//! A client's connection as hyper sees it. Replaces hyper's bodiless error responses by problem responses, and ends
//! writes that a client blocks for too long.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use keystile_guard::Problem;
use keystile_listener::{LINGER_TIMEOUT, ServerStream, Stream};
use tokio::time::Sleep;

pub(crate) struct DownstreamIo {
    stream: TokioIo<ServerStream>,
    write_timeout: Duration,
    /// Runs while a write is blocked.
    blocked: Option<Pin<Box<Sleep>>>,
    has_failed: bool,
}

impl DownstreamIo {
    pub(crate) fn new(stream: Stream, write_timeout: Duration) -> Self {
        Self {
            stream: TokioIo::new(ServerStream::new(stream)),
            write_timeout,
            blocked: None,
            has_failed: false,
        }
    }

    /// Returns whether a read or a write has failed: the client may have missed data that was sent.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Writes a last response on a connection that hyper gave up, and closes it.
    pub(crate) async fn close_with(self, last: Option<Problem>) {
        let timeout = self.write_timeout.min(LINGER_TIMEOUT);
        let stream = self.stream.into_inner();
        stream
            .close_with(last.map(Problem::into_bytes), timeout)
            .await;
    }

    /// Fails a write that is blocked for longer than the timeout.
    fn limit_blocking<T>(
        &mut self,
        cx: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.blocked = None;
            return poll;
        }
        let timeout = self.write_timeout;
        let sleep = self
            .blocked
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        ready!(sleep.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

/// Returns the problem that replaces hyper's response to a head that it could not parse. The service's own responses
/// have `Cache-Control`.
fn replacement(bytes: &[u8]) -> Option<Problem> {
    Problem::replacing(bytes)
        .filter(|_| !bytes.windows(15).any(|header| header == b"cache-control: "))
}

impl Read for DownstreamIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_read(cx, buffer);
        // Many clients close a TLS connection without saying so.
        self.has_failed |= matches!(&poll, Poll::Ready(Err(error)) if error.kind() != io::ErrorKind::UnexpectedEof);
        poll
    }
}

impl Write for DownstreamIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(problem) = replacement(bytes) {
            self.stream.inner_mut().replace_with(problem.into_bytes());
            return Poll::Ready(Ok(bytes.len()));
        }
        let poll = Pin::new(&mut self.stream).poll_write(cx, bytes);
        let poll = self.limit_blocking(cx, poll);
        self.has_failed |= matches!(poll, Poll::Ready(Err(_)));
        poll
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_flush(cx);
        let poll = self.limit_blocking(cx, poll);
        self.has_failed |= matches!(poll, Poll::Ready(Err(_)));
        poll
    }

    /// Flushes only: [`DownstreamIo::close_with`] closes the connection after it has read what the client still sends.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}
