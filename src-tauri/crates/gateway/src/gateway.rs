//! The listening socket of a gateway, its connections, and what they share. Callers bind first, learn the port, then run
//! until they say stop. It knows nothing of single requests.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use keystile_keys::EnvironmentId;
use keystile_service::{Accepted, accept};
use keystile_verifier::Verifier;
use tokio::net::TcpListener;
use tokio::sync::broadcast;

use crate::control::Control;
use crate::decision::Decision;
use crate::error::Error;
use crate::exchange::{self, Caller};
use crate::settings::{Limits, Routing, Settings};
use crate::watched::Watched;

/// Decisions that a slow listener may be behind before it loses the oldest.
const BEHIND: usize = 1_024;
/// How long an idle connection to the API is kept. Below the 5 s after which Node closes its own.
const IDLE: Duration = Duration::from_secs(4);

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) verifier: Verifier,
    pub(crate) environment: EnvironmentId,
    pub(crate) routing: ArcSwap<Routing>,
    pub(crate) limits: Limits,
    pub(crate) client: Client<HttpConnector, Watched>,
    decisions: broadcast::Sender<Arc<Decision>>,
}

impl Shared {
    pub(crate) fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.decisions.subscribe()
    }

    /// Tells whoever listens; nothing is made for nobody.
    pub(crate) fn tell(&self, decision: impl FnOnce() -> Decision) {
        if self.decisions.receiver_count() > 0 {
            // The last listener may have gone since.
            let _told = self.decisions.send(Arc::new(decision()));
        }
    }
}

/// A gateway that listens and does not answer yet.
pub struct Gateway {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Gateway {
    /// Listens. Connections wait until [`Gateway::run`].
    ///
    /// # Errors
    /// `BeyondLoopback`, or `Listen` when the system refuses the address.
    pub async fn bind(verifier: Verifier, settings: Settings) -> Result<Self, Error> {
        let address = settings.listen;
        if !address.ip().is_loopback() {
            return Err(Error::BeyondLoopback { address });
        }
        let failed = |cause| Error::Listen { address, cause };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(settings.limits.connect));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        let (decisions, _) = broadcast::channel(BEHIND);
        Ok(Self {
            listener,
            address,
            shared: Arc::new(Shared {
                verifier,
                environment: settings.environment,
                routing: ArcSwap::from_pointee(settings.routing),
                limits: settings.limits,
                client,
                decisions,
            }),
        })
    }

    /// Where it listens, with the port that the system chose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is decided from now on. Whoever is too slow loses the oldest.
    pub fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.shared.decisions()
    }

    /// What changes its routing while it runs.
    pub fn control(&self) -> Control {
        Control(Arc::clone(&self.shared))
    }

    /// Passes requests on until `shutdown` is done, then lets those in flight end and writes down what was counted.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let shared = self.shared;
        let limits = shared.limits;
        accept(
            self.listener,
            limits.connections,
            limits.grace,
            shutdown,
            |accepted| converse(Arc::clone(&shared), accepted),
        )
        .await;
        if let Err(error) = shared.verifier.flush_usage().await {
            tracing::warn!(
                code = error.code(),
                "the last counts of use were not written"
            );
        }
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn converse(shared: Arc<Shared>, accepted: Accepted) {
    let Accepted {
        stream,
        peer,
        mut stopping,
    } = accepted;
    let head = shared.limits.head;
    let for_requests = stopping.clone();
    let respond = service_fn(move |request| {
        let caller = Caller {
            client: peer.ip(),
            stopping: for_requests.clone(),
        };
        let shared = Arc::clone(&shared);
        Box::pin(
            async move { Ok::<_, Infallible>(exchange::answer(shared, request, caller).await) },
        )
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .serve_connection(TokioIo::new(stream), respond)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            ended = &mut connection => {
                if let Err(cause) = ended {
                    tracing::debug!(%cause, "a connection ended early");
                }
                return;
            }
            _ = stopping.wait_for(|stop| *stop), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
