//! The connection over which a request came.

use std::net::IpAddr;
use std::sync::Arc;

use keystile_listener::ConnectionPermit;
use tokio_util::sync::CancellationToken;

use crate::connection_state::ConnectionState;
use crate::request::RequestSlot;
use crate::state::GatewayState;

/// A client's connection. Its requests hold this one and not the gateway's state, so that cores do not wait for each other
/// to count references.
pub(crate) struct ConnectionContext {
    pub(crate) gateway: Arc<GatewayState>,
    pub(crate) client: IpAddr,
    pub(crate) is_tls: bool,
    pub(crate) connection: Arc<ConnectionState>,
    pub(crate) request: Arc<RequestSlot>,
    pub(crate) stopping: CancellationToken,
    /// Held until the connection is closed; a tunnel goes on holding it.
    pub(crate) _permit: ConnectionPermit,
}
