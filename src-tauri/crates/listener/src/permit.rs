//! Permits for open connections.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

/// A permit for one open connection, returned when every clone is dropped. Everything that keeps the connection open
/// keeps a clone.
#[derive(Debug, Clone)]
#[expect(dead_code, reason = "held, not read")]
pub struct ConnectionPermit(Arc<OwnedSemaphorePermit>);

impl ConnectionPermit {
    pub(crate) fn new(permit: OwnedSemaphorePermit) -> Self {
        Self(Arc::new(permit))
    }
}
