//! A gateway: its listening socket and its tasks. Bind it, learn its port, then run it until shutdown.

use std::future::Future;
use std::sync::Arc;

use keystile_listener::{ConnectionLimits, ListenAddress, Listener};
use keystile_verifier::Verifier;
use tokio::sync::broadcast;

use crate::decision::Decision;
use crate::downstream::serve;
use crate::error::Error;
use crate::handle::GatewayHandle;
use crate::proxy::revalidate;
use crate::settings::Settings;
use crate::state::GatewayState;

/// A gateway that listens and does not answer yet.
pub struct Gateway {
    listener: Listener,
    state: Arc<GatewayState>,
}

impl Gateway {
    /// Listens. Connections wait until [`Gateway::run`].
    ///
    /// # Errors
    /// `Listen`, for example when another program uses the address.
    pub async fn bind(verifier: Verifier, settings: Settings) -> Result<Self, Error> {
        let listener = Listener::bind(settings.listen.clone()).await?;
        if listener.is_exposed_in_clear() {
            tracing::warn!(address = %listener.address(), "clients on other machines send their keys without encryption");
        }
        Ok(Self {
            listener,
            state: GatewayState::new(verifier, settings),
        })
    }

    /// Where it listens, with the port that the system chose.
    pub fn address(&self) -> &ListenAddress {
        self.listener.address()
    }

    /// Whether clients connect with TLS.
    pub fn is_tls(&self) -> bool {
        self.listener.is_tls()
    }

    /// What the owner should read before it runs, if anything.
    pub fn warning(&self) -> Option<String> {
        self.listener.is_exposed_in_clear().then(|| {
            format!(
                "{} can be reached from other machines, without encryption. Whoever reads the traffic has the keys; \
                 use TLS, or put a proxy with TLS in front.",
                self.address()
            )
        })
    }

    /// What is decided from now on. Whoever is too slow loses the oldest.
    pub fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.state.decisions()
    }

    /// The handle that changes its routing while it runs.
    pub fn handle(&self) -> GatewayHandle {
        GatewayHandle(Arc::clone(&self.state))
    }

    /// Forwards requests until `shutdown` resolves, then lets those in flight finish and writes what was counted.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let state = self.state;
        let limits = state.limits;
        let connections = ConnectionLimits {
            max_connections: limits.connections,
            grace: limits.grace,
        };
        let served = Arc::clone(&state);
        let serving = self
            .listener
            .serve(connections, shutdown, move |connection| {
                serve(Arc::clone(&served), connection)
            });
        tokio::select! {
            () = serving => {}
            () = revalidate(Arc::clone(&state)) => {}
        }
        // The verifier has logged a failure.
        let _written = state.verifier.flush_usage().await;
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway")
            .field("address", self.address())
            .finish_non_exhaustive()
    }
}
