//! One connection as hyper sees it. It adds what hyper leaves to others: an answer in words where hyper refuses a head
//! with an empty one, an end for clients that take nothing more, and a close that does not cut off the last answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use keystile_listener::Stream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Sleep;

use keystile_guard::Problem;

/// How long, and how much, is read from a client that is still sending after its last answer.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1024 * 1024;

pub(crate) struct Wire {
    stream: TokioIo<Stream>,
    /// Our words in place of hyper's empty answer, as far as they are not written yet.
    words: Vec<u8>,
    limit: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    pub(crate) fn new(stream: Stream, limit: Duration) -> Self {
        Self {
            stream: TokioIo::new(stream),
            words: Vec::new(),
            limit,
            stalled: None,
        }
    }

    /// Says one last thing on a connection that hyper gave up, and closes it.
    pub(crate) async fn end(self, last: Option<Problem>) {
        let limit = self.limit;
        let mut stream = self.stream.into_inner();
        let close = async {
            if let Some(problem) = last {
                stream.write_all(&problem.into_bytes()).await?;
            }
            stream.shutdown().await?;
            // Closed with unread bytes, the system would reset the connection and the client lose the answer.
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
        let _closed = tokio::time::timeout(limit.min(LINGER), close).await;
    }

    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.words.is_empty() {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.words))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.words.drain(..count);
        }
        Poll::Ready(Ok(()))
    }

    /// Ends a wait that lasts too long.
    fn guarded<T>(
        &mut self,
        cx: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.stalled = None;
            return poll;
        }
        let limit = self.limit;
        let sleep = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(sleep.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

/// hyper's own refusal of a head it could not read. All answers of ours carry Cache-Control.
fn wordless(bytes: &[u8]) -> Option<Problem> {
    let status = bytes
        .strip_prefix(b"HTTP/1.1 ")
        .or_else(|| bytes.strip_prefix(b"HTTP/1.0 "))?;
    if status.first() != Some(&b'4') || bytes.windows(15).any(|part| part == b"cache-control: ") {
        return None;
    }
    Some(match status.get(..3)? {
        b"414" => Problem::uri_too_long(),
        b"431" => Problem::head_too_large(),
        _ => Problem::malformed(),
    })
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !self.words.is_empty() {
            let poll = self.drain(cx);
            ready!(self.guarded(cx, poll))?;
        }
        if let Some(problem) = wordless(bytes) {
            self.words = problem.into_bytes();
            return Poll::Ready(Ok(bytes.len()));
        }
        let poll = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.guarded(cx, poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = match self.drain(cx) {
            Poll::Ready(Ok(())) => Pin::new(&mut self.stream).poll_flush(cx),
            unfinished => unfinished,
        };
        self.guarded(cx, poll)
    }

    /// Only [`Wire::end`] closes the connection, because what its client still sends has to be read first.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}
