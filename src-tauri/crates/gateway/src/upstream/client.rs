//! The client for the upstream: a pooled `hyper-util` client over TCP or TLS. The operating system's trust store always
//! verifies certificates.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, Uri};
use hyper_rustls::{HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tower::timeout::Timeout;
use tower::util::BoxCloneSyncService;

use super::endpoint::Endpoint;
use super::error::UpstreamError;

/// How long a connection may be idle. Node.js closes idle connections after 5 s.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
/// Idle connections in the pool.
const MAX_IDLE_CONNECTIONS: usize = 256;
/// How often an HTTP/2 connection is pinged, to detect a lost one.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(5);

type Connector = BoxCloneSyncService<
    Uri,
    MaybeHttpsStream<TokioIo<TcpStream>>,
    Box<dyn std::error::Error + Send + Sync>,
>;

/// The versions of HTTP that are offered to the upstream.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP/1.1. Required for upgrades, and for a `Host` that differs from the URL (RFC 9113, section 8.3.1).
    Http1,
    /// HTTP/2 if the upstream selects it by ALPN, which requires TLS; otherwise HTTP/1.1.
    Any,
}

/// The client for one upstream. `B` is the type of request bodies.
pub(crate) struct Client<B> {
    endpoint: Endpoint,
    connect_timeout: Duration,
    http1: OnceCell<legacy::Client<Connector, B>>,
    any: OnceCell<legacy::Client<Connector, B>>,
}

impl<B> Client<B>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    pub(crate) fn new(endpoint: Endpoint, connect_timeout: Duration) -> Arc<Self> {
        Arc::new(Self {
            endpoint,
            connect_timeout,
            http1: OnceCell::new(),
            any: OnceCell::new(),
        })
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Sends a request, which has a `Host` header, and waits for the response headers. A request that the upstream did
    /// not process because it was closing the connection is retried on another one.
    ///
    /// # Errors
    /// No connection within the time limit, an untrusted certificate, or no valid response.
    pub(crate) async fn send(
        &self,
        mut request: Request<B>,
        path: PathAndQuery,
        protocol: Protocol,
    ) -> Result<Response<Incoming>, UpstreamError> {
        *request.uri_mut() = self.endpoint.uri(path).ok_or(UpstreamError::InvalidPath)?;
        *request.version_mut() = hyper::Version::HTTP_11;
        let client = self.client(protocol).await?;
        Ok(client.request(request).await?)
    }

    async fn client(
        &self,
        protocol: Protocol,
    ) -> Result<&legacy::Client<Connector, B>, UpstreamError> {
        // Without TLS there is no ALPN.
        let cell = match protocol {
            Protocol::Any if self.endpoint.is_tls() => &self.any,
            _ => &self.http1,
        };
        cell.get_or_try_init(|| self.build(protocol)).await
    }

    async fn build(
        &self,
        protocol: Protocol,
    ) -> Result<legacy::Client<Connector, B>, UpstreamError> {
        let is_tls = self.endpoint.is_tls();
        // Reading the system's certificates blocks.
        let config = tokio::task::spawn_blocking(move || tls_config(is_tls))
            .await
            .map_err(|_| {
                rustls::Error::General("the task that reads certificates failed".to_owned())
            })
            .and_then(|config| config)
            .map_err(UpstreamError::TrustStore)?;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let tls = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1();
        let connector = match protocol {
            Protocol::Http1 => tls.wrap_connector(tcp),
            Protocol::Any => tls.enable_http2().wrap_connector(tcp),
        };
        // Includes name resolution and the TLS handshake.
        let connector = Timeout::new(connector, self.connect_timeout);
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            // The request already has one.
            .set_host(false)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(MAX_IDLE_CONNECTIONS)
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .build(BoxCloneSyncService::new(connector));
        Ok(client)
    }
}

fn tls_config(is_tls: bool) -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    let config = if is_tls {
        config.with_platform_verifier()?
    } else {
        // Without TLS, no roots are needed.
        config.with_root_certificates(RootCertStore::empty())
    };
    Ok(config.with_no_client_auth())
}
