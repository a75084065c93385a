//! Permits for open sockets.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

/// The right to keep one connection open. It is returned when every clone was dropped, so whatever keeps the connection open
/// keeps a clone.
#[derive(Debug, Clone)]
#[expect(dead_code, reason = "held, not read")]
pub struct ConnectionPermit(Arc<OwnedSemaphorePermit>);

impl ConnectionPermit {
    pub(crate) fn new(permit: OwnedSemaphorePermit) -> Self {
        Self(Arc::new(permit))
    }
}
