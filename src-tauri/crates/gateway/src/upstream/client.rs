//! Sends requests to the API: a pooled `hyper-util` client over TCP or TLS. Certificates are checked by what the operating
//! system trusts, and there is no way to leave that out.

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

/// How long a connection may be idle. Below the 5 s after which Node closes its own.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
/// Idle connections that are kept.
const MAX_IDLE: usize = 256;
/// How often an HTTP/2 connection is pinged: one that was lost with a network says nothing by itself.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(5);

type Connector = BoxCloneSyncService<
    Uri,
    MaybeHttpsStream<TokioIo<TcpStream>>,
    Box<dyn std::error::Error + Send + Sync>,
>;

/// Which versions of HTTP are offered to the API.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Only HTTP/1.1: upgrades exist nowhere else, and only there `Host` may differ from the address (RFC 9113, section 8.3.1).
    Http1,
    /// HTTP/2 where the API chooses it by ALPN; never without TLS.
    Any,
}

/// The connections to one API. `B` is the body of requests.
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

    /// Sends a request with a `Host` header for a path of the API, and waits for the head of the response. A request that the
    /// API has not begun to process, because it was closing the connection, is sent again over another one.
    ///
    /// # Errors
    /// No connection within the time limit, a certificate that is not trusted, or no response.
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
        // Without TLS nothing is negotiated, so one client does for both.
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
        // Reading the certificates of the system blocks.
        let config = tokio::task::spawn_blocking(move || tls_config(is_tls))
            .await
            .map_err(|_| rustls::Error::General("reading certificates ended early".to_owned()))
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
        // The limit is for the whole: names, addresses that do not answer, and the TLS handshake.
        let connector = Timeout::new(connector, self.connect_timeout);
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            // The request has its own.
            .set_host(false)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(MAX_IDLE)
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .build(BoxCloneSyncService::new(connector));
        Ok(client)
    }
}

fn tls_config(is_used: bool) -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    let config = if is_used {
        config.with_platform_verifier()?
    } else {
        // Nothing is trusted where nothing is encrypted.
        config.with_root_certificates(RootCertStore::empty())
    };
    Ok(config.with_no_client_auth())
}
