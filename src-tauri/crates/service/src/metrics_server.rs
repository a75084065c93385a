//! Serves `/metrics` on its own address, for a gateway, whose port belongs to the upstream's paths.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::routing::get;
use keystile_guard::{Problem, Response};
use keystile_listener::{ListenAddress, ListenError};
use keystile_verifier::Verifier;
use prometheus_client::collector::Collector;
use tokio::net::TcpListener;

use crate::allowed_hosts::AllowedHosts;
use crate::error::Error;
use crate::metrics::encode_metrics;
use crate::verifier_metrics::VerifierMetrics;

type Collect = Box<dyn Fn() -> Box<dyn Collector> + Send + Sync>;

struct MetricsState {
    verifier: Verifier,
    hosts: AllowedHosts,
    collect: Collect,
}

/// A bound `/metrics` server. Connections wait until [`MetricsServer::run`].
pub struct MetricsServer {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
}

impl MetricsServer {
    /// Binds a loopback address. `collect` returns metrics besides those of the verifier.
    ///
    /// # Errors
    /// `RemoteMetrics`: other machines could reach the address. `Listen`: it is in use.
    pub async fn bind<C: Collector>(
        address: SocketAddr,
        verifier: Verifier,
        collect: impl Fn() -> C + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        if !address.ip().is_loopback() {
            return Err(Error::RemoteMetrics { address });
        }
        let failed = |cause| ListenError::Bind {
            address: address.into(),
            cause,
        };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let state = MetricsState {
            verifier,
            hosts: AllowedHosts::new(&ListenAddress::Tcp(address), &[])?,
            collect: Box::new(move || Box::new(collect())),
        };
        let router = Router::new()
            .route("/metrics", get(metrics))
            .fallback(async || Problem::not_found())
            .method_not_allowed_fallback(async || Problem::method_not_allowed())
            .with_state(Arc::new(state));
        Ok(Self {
            listener,
            address,
            router,
        })
    }

    /// Returns the address, with the port that the system chose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves requests until `shutdown` resolves.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) {
        let served = axum::serve(self.listener, self.router).with_graceful_shutdown(shutdown);
        if let Err(error) = served.await {
            tracing::error!(%error, "the metrics server stopped");
        }
    }
}

impl std::fmt::Debug for MetricsServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetricsServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn metrics(
    State(state): State<Arc<MetricsState>>,
    request: Request,
) -> Result<Response, Problem> {
    state.hosts.check(&request)?;
    let collectors: [Box<dyn Collector>; 2] = [
        Box::new(VerifierMetrics::new(&state.verifier)),
        (state.collect)(),
    ];
    encode_metrics(collectors)
}
