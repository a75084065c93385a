//! The connection of a request.

use std::net::IpAddr;
use std::sync::Arc;

use keystile_listener::ConnectionPermit;
use tokio_util::sync::CancellationToken;

use crate::connection_state::ConnectionState;
use crate::request::RequestSlot;
use crate::state::GatewayState;

/// A client's connection. Its requests hold a reference to it instead of the gateway's state, whose reference count
/// would be contended between cores.
pub(crate) struct ConnectionContext {
    pub(crate) gateway: Arc<GatewayState>,
    pub(crate) client: IpAddr,
    pub(crate) is_tls: bool,
    pub(crate) connection: Arc<ConnectionState>,
    pub(crate) request: Arc<RequestSlot>,
    pub(crate) stopping: CancellationToken,
    /// Held until the connection, or its tunnel, is closed.
    pub(crate) _permit: ConnectionPermit,
}
