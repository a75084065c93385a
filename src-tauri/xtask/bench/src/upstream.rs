//! `keystile-bench upstream`: the upstream of every measured proxy. It responds "hello", streams a large body, discards
//! uploads, and echoes bytes after an upgrade.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{CONNECTION, HeaderValue, UPGRADE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The length of the large body.
pub(crate) const GIBIBYTE: u64 = 1 << 30;

/// Prints its address and serves until the process is killed.
pub(crate) async fn run() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("http://{}", listener.local_addr().expect("an address"));
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).expect("a socket");
        let connection = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service_fn(respond))
            .with_upgrades();
        tokio::spawn(connection);
    }
}

async fn respond(
    mut request: Request<Incoming>,
) -> Result<Response<Either<Full<Bytes>, LargeBody>>, Infallible> {
    if request.headers().contains_key(UPGRADE) {
        tokio::spawn(echo(hyper::upgrade::on(&mut request)));
        let mut response = Response::new(Either::Left(Full::default()));
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        for (name, value) in [(CONNECTION, "upgrade"), (UPGRADE, "websocket")] {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        return Ok(response);
    }
    if request.method() == Method::POST {
        let mut body = request.into_body();
        while let Some(Ok(_)) = body.frame().await {}
    } else if request.uri().path() == "/large" {
        return Ok(Response::new(Either::Right(LargeBody(GIBIBYTE))));
    }
    Ok(Response::new(Either::Left(Full::new(Bytes::from_static(
        b"hello",
    )))))
}

async fn echo(upgrade: hyper::upgrade::OnUpgrade) {
    let mut stream = TokioIo::new(upgrade.await.expect("an upgrade"));
    let mut buffer = [0_u8; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// A body with this many bytes left, in chunks of 64 KiB.
struct LargeBody(u64);

impl Body for LargeBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        static CHUNK: [u8; 64 * 1024] = [b'x'; 64 * 1024];
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        let chunk = Bytes::from_static(&CHUNK);
        self.0 -= chunk.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.0 == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}
