//! A client's stream on which a server can replace a response that its protocol library has begun to write, and which closes
//! without losing the last response.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::stream::Stream;

/// How long a client that is still sending is read from after its last response.
pub const LINGER_TIMEOUT: Duration = Duration::from_secs(1);
/// How much is read from it.
const MAX_LINGER_BYTES: usize = 1024 * 1024;

/// A [`Stream`] with a replacement response that is written before everything else.
#[derive(Debug)]
pub struct ServerStream {
    stream: Stream,
    /// The part of the replacement that is not written yet.
    replacement: Vec<u8>,
}

impl ServerStream {
    /// Creates one without a replacement.
    pub fn new(stream: Stream) -> Self {
        Self {
            stream,
            replacement: Vec::new(),
        }
    }

    /// Returns the stream. A replacement that is not written yet is lost.
    pub fn into_inner(self) -> Stream {
        self.stream
    }

    /// Writes `response` with the next write or flush.
    pub fn replace_with(&mut self, response: Vec<u8>) {
        self.replacement = response;
    }

    /// Writes a last response, if there is one, and closes the stream. Gives up after `timeout`.
    pub async fn close_with(mut self, last: Option<Vec<u8>>, timeout: Duration) {
        let close = async {
            if let Some(response) = last {
                self.stream.write_all(&response).await?;
            }
            self.stream.shutdown().await?;
            // With unread bytes, the system would reset the connection, and the client would lose the response.
            let mut buffer = [0u8; 4096];
            let mut length = 0;
            while length < MAX_LINGER_BYTES {
                match self.stream.read(&mut buffer).await? {
                    0 => break,
                    count => length += count,
                }
            }
            Ok::<_, io::Error>(())
        };
        // The client may have disconnected.
        let _closed = tokio::time::timeout(timeout, close).await;
    }

    fn poll_replacement(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.replacement.is_empty() {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.replacement))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.replacement.drain(..count);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for ServerStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for ServerStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_replacement(cx))?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_replacement(cx))?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_replacement(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
