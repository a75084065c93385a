//! A byte stream to the API: TCP, with TLS where the endpoint says https. A certificate is judged by what the operating
//! system trusts, and there is no way to leave that out. It knows no HTTP but the protocol that TLS agreed on.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::endpoint::Endpoint;
use crate::failed::Failed;

/// Which HTTP is offered to the API.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    /// What an upgrade needs.
    Http1,
    /// HTTP/2 where the API speaks it; without TLS never.
    Newest,
}

/// What the system trusts, read when the first https API is asked.
#[derive(Default)]
pub(crate) struct Trust {
    http1: OnceCell<TlsConnector>,
    newest: OnceCell<TlsConnector>,
}

impl Trust {
    async fn connector(&self, offer: Offer) -> Result<TlsConnector, Failed> {
        let (cell, protocols): (_, &'static [&'static [u8]]) = match offer {
            Offer::Http1 => (&self.http1, &[b"http/1.1"]),
            Offer::Newest => (&self.newest, &[b"h2", b"http/1.1"]),
        };
        let connector = cell
            .get_or_try_init(|| async {
                let read = tokio::task::spawn_blocking(|| config(protocols)).await;
                let config = read.map_err(|_| rustls::Error::General("not read".to_owned()));
                config
                    .and_then(|config| config)
                    .map(|config| TlsConnector::from(Arc::new(config)))
            })
            .await;
        connector.cloned().map_err(Failed::NoRoots)
    }
}

fn config(protocols: &[&[u8]]) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(config)
}

/// A connection that is open.
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// Connects; `limit` is for the whole, names and certificates too.
    pub(crate) async fn open(
        endpoint: &Endpoint,
        trust: &Trust,
        offer: Offer,
        limit: Duration,
    ) -> Result<Self, Failed> {
        let opened = async {
            let tcp = TcpStream::connect((endpoint.name(), endpoint.port()))
                .await
                .map_err(Failed::Unreachable)?;
            tcp.set_nodelay(true).map_err(Failed::Unreachable)?;
            let Some(name) = endpoint.certified() else {
                return Ok(Self::Plain(tcp));
            };
            let connector = trust.connector(offer).await?;
            let tls = connector.connect(name, tcp).await.map_err(judged)?;
            Ok(Self::Tls(Box::new(tls)))
        };
        tokio::time::timeout(limit, opened)
            .await
            .unwrap_or(Err(Failed::ConnectSlow))
    }

    /// Whether HTTP/2 was agreed on.
    pub(crate) fn is_http2(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Tls(tls) => tls.get_ref().1.alpn_protocol() == Some(b"h2"),
        }
    }
}

/// rustls tells of a certificate inside of an I/O error.
fn judged(cause: io::Error) -> Failed {
    let told = cause
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match told {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            Failed::Certificate(cause)
        }
        _ => Failed::Unreachable(cause),
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buffer),
            Self::Tls(tls) => Pin::new(tls).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut *self {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut *self {
            Self::Plain(tcp) => Pin::new(tcp).poll_write_vectored(cx, parts),
            Self::Tls(tls) => Pin::new(tls).poll_write_vectored(cx, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(tcp) => tcp.is_write_vectored(),
            Self::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
