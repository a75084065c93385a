//! A client's stream for an HTTP server. It can replace a response that hyper has started to write, and it closes
//! without losing the last response.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::stream::Stream;

/// The default time to read from a client after the last response, while the client is still sending.
pub const LINGER_TIMEOUT: Duration = Duration::from_secs(1);
/// Bytes read from a client after the last response.
const MAX_LINGER_BYTES: usize = 1024 * 1024;

/// A [`Stream`] that writes a replacement response, if one is set, before other data.
#[derive(Debug)]
pub struct ServerStream {
    stream: Stream,
    /// The unwritten part of the replacement response.
    replacement: Vec<u8>,
}

impl ServerStream {
    /// Creates a stream without a replacement response.
    pub fn new(stream: Stream) -> Self {
        Self {
            stream,
            replacement: Vec::new(),
        }
    }

    /// Returns the inner stream. Discards the unwritten part of the replacement response.
    pub fn into_inner(self) -> Stream {
        self.stream
    }

    /// Sets the replacement response. The next write or flush writes it first.
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
