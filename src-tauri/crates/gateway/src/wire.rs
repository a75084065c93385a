//! A caller's connection as hyper sees it: it tells the connection's turn what goes through, and says in words where hyper
//! refuses a head with an empty answer. It knows no request.

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

use crate::turn::{Phase, Turn};

/// How long, and how much, is read from a caller that is still sending after its last answer.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1024 * 1024;

pub(crate) struct Wire {
    stream: TokioIo<Stream>,
    turn: Arc<Turn>,
    /// What was read before and not used.
    early: Bytes,
    /// Our words in place of hyper's empty answer, as far as they are not written yet.
    words: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(stream: Stream, early: Bytes, turn: Arc<Turn>) -> Self {
        Self {
            stream: TokioIo::new(stream),
            turn,
            early,
            words: Vec::new(),
        }
    }

    pub(crate) fn into_stream(self) -> Stream {
        self.stream.into_inner()
    }

    /// Says one last thing on a connection that hyper gave up, and closes it.
    pub(crate) async fn end(self, last: Option<Problem>) {
        let mut stream = self.stream.into_inner();
        let close = async {
            if let Some(problem) = last {
                stream.write_all(&problem.into_bytes()).await?;
            }
            stream.shutdown().await?;
            // Closed with unread bytes, the system would reset the connection and the caller lose the answer.
            let mut rest = [0u8; 4096];
            let mut seen = 0;
            while seen < LINGER_BYTES {
                match stream.read(&mut rest).await? {
                    0 => break,
                    count => seen += count,
                }
            }
            Ok::<_, io::Error>(())
        };
        // Whoever is gone already needs no answer.
        let _closed = tokio::time::timeout(LINGER, close).await;
    }

    fn poll_words(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.words.is_empty() {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.words))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.words.drain(..count);
        }
        Poll::Ready(Ok(()))
    }

    /// hyper speaks by itself only where it could not read a head.
    fn is_hypers_own(&self) -> bool {
        matches!(self.turn.phase(), Phase::Idle | Phase::Head)
    }

    fn noted(&self, poll: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.turn.blocked(poll.is_pending());
        if let Poll::Ready(Ok(bytes)) = &poll {
            self.turn.wrote(*bytes);
        }
        poll
    }
}

/// In the place of hyper's refusal of a head.
fn worded(bytes: &[u8]) -> Option<Problem> {
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

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.early.is_empty() {
            let count = self.early.len().min(buffer.remaining());
            buffer.put_slice(&self.early.split_to(count));
            self.turn.heard();
            return Poll::Ready(Ok(()));
        }
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        // Or the end came, and with it the connection's.
        self.turn.heard();
        Poll::Ready(Ok(()))
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !self.words.is_empty() {
            ready!(self.poll_words(cx))?;
        }
        if self.is_hypers_own()
            && let Some(problem) = worded(bytes)
        {
            self.words = problem.into_bytes();
            return Poll::Ready(Ok(bytes.len()));
        }
        let poll = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.noted(poll)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.is_hypers_own() {
            let first = parts.first().map_or(&[][..], |part| part);
            return self.poll_write(cx, first);
        }
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.noted(poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_words(cx))?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.turn.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
