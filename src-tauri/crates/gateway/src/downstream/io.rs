//! A client's connection as hyper sees it. Tracks what is read and written, and replaces hyper's empty error responses to a
//! malformed head by problem responses.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use keystile_guard::Problem;
use keystile_listener::Stream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::connection_state::{ConnectionState, Phase};

/// How long, and how much, is read from a client that is still sending after its last response.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);
const MAX_LINGER_BYTES: usize = 1024 * 1024;

pub(crate) struct DownstreamIo {
    stream: TokioIo<Stream>,
    state: Arc<ConnectionState>,
    /// What was read before and not used.
    early: Bytes,
    /// What is left to write of a problem response, in place of hyper's empty one.
    problem: Vec<u8>,
}

impl DownstreamIo {
    pub(crate) fn new(stream: Stream, early: Bytes, state: Arc<ConnectionState>) -> Self {
        Self {
            stream: TokioIo::new(stream),
            state,
            early,
            problem: Vec::new(),
        }
    }

    pub(crate) fn into_stream(self) -> Stream {
        self.stream.into_inner()
    }

    /// Writes a last response on a connection that hyper gave up, and closes it.
    pub(crate) async fn close_with(self, last: Option<Problem>) {
        let mut stream = self.stream.into_inner();
        let close = async {
            if let Some(problem) = last {
                stream.write_all(&problem.into_bytes()).await?;
            }
            stream.shutdown().await?;
            // Closed with unread bytes, the system would reset the connection and the client lose the response.
            let mut rest = [0u8; 4096];
            let mut seen = 0;
            while seen < MAX_LINGER_BYTES {
                match stream.read(&mut rest).await? {
                    0 => break,
                    count => seen += count,
                }
            }
            Ok::<_, io::Error>(())
        };
        // The client may have gone already.
        let _closed = tokio::time::timeout(LINGER_TIMEOUT, close).await;
    }

    fn poll_problem(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.problem.is_empty() {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.problem))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.problem.drain(..count);
        }
        Poll::Ready(Ok(()))
    }

    /// hyper writes a response of its own only where it could not read a head.
    fn is_written_by_hyper(&self) -> bool {
        matches!(self.state.phase(), Phase::Idle | Phase::Head)
    }

    fn note_write(&self, poll: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.state.blocked(poll.is_pending());
        if let Poll::Ready(Ok(bytes)) = &poll {
            self.state.wrote(*bytes);
        }
        poll
    }
}

/// Returns the problem in the place of hyper's error response.
fn problem_for(bytes: &[u8]) -> Option<Problem> {
    let status = bytes
        .strip_prefix(b"HTTP/1.1 ")
        .or_else(|| bytes.strip_prefix(b"HTTP/1.0 "))?;
    match status.get(..3)? {
        b"414" => Some(Problem::uri_too_long()),
        b"431" => Some(Problem::head_too_large()),
        [b'4', ..] => Some(Problem::malformed()),
        _ => None,
    }
}

impl Read for DownstreamIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.early.is_empty() {
            let count = self.early.len().min(buffer.remaining());
            buffer.put_slice(&self.early.split_to(count));
            self.state.on_bytes_read();
            return Poll::Ready(Ok(()));
        }
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        // Or the end of the stream came.
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
        if !self.problem.is_empty() {
            ready!(self.poll_problem(cx))?;
        }
        if self.is_written_by_hyper()
            && let Some(problem) = problem_for(bytes)
        {
            self.problem = problem.into_bytes();
            return Poll::Ready(Ok(bytes.len()));
        }
        let poll = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note_write(poll)
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
        self.note_write(poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_problem(cx))?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.state.on_flush();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
