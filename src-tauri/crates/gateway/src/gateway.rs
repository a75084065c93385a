//! The gateway: binds the socket and serves connections until shutdown.

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

/// A bound gateway. Connections wait until [`Gateway::run`].
pub struct Gateway {
    listener: Listener,
    state: Arc<GatewayState>,
}

impl Gateway {
    /// Binds the socket.
    ///
    /// # Errors
    /// `Listen`, for example if another program uses the address; `OwnEndpoint` if the upstream is this gateway.
    pub async fn bind(verifier: Verifier, settings: Settings) -> Result<Self, Error> {
        let listener = Listener::bind(settings.listen.clone()).await?;
        if let Some(address) = listener.address().tcp()
            && settings.routing.upstream.is_at(address)
        {
            return Err(Error::OwnEndpoint { address });
        }
        if listener.is_exposed_in_clear() {
            tracing::warn!(address = %listener.address(), "gateway accepts unencrypted connections from other machines");
        }
        Ok(Self {
            listener,
            state: GatewayState::new(verifier, settings),
        })
    }

    /// Returns the address, with the port that the system chose.
    pub fn address(&self) -> &ListenAddress {
        self.listener.address()
    }

    /// Returns whether clients connect with TLS.
    pub fn is_tls(&self) -> bool {
        self.listener.is_tls()
    }

    /// Returns a warning about the address, if there is one.
    pub fn warning(&self) -> Option<String> {
        self.listener.is_exposed_in_clear().then(|| {
            format!(
                "{} accepts unencrypted connections from other machines, which exposes keys on the network. Use TLS, or a \
                 proxy with TLS in front.",
                self.address()
            )
        })
    }

    /// Subscribes to decisions. A slow receiver loses the oldest.
    pub fn decisions(&self) -> broadcast::Receiver<Arc<Decision>> {
        self.state.decisions()
    }

    /// Returns a handle that changes the routing while the gateway runs.
    pub fn handle(&self) -> GatewayHandle {
        GatewayHandle(Arc::clone(&self.state))
    }

    /// Forwards requests until `shutdown` resolves, then finishes those in flight and writes usage counts and
    /// request log.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let state = self.state;
        let limits = state.limits;
        let connections = ConnectionLimits {
            max_connections: limits.connections,
            grace: limits.shutdown,
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
        // The verifier logs a failure.
        let _written = state.verifier.flush().await;
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway")
            .field("address", self.address())
            .finish_non_exhaustive()
    }
}
