//! Tells a handler that the connection of its request has failed, so that the client may not have the response.

use tokio_util::sync::CancellationToken;

/// The failure of one connection. The end of an idle connection, and an orderly end after the last response, are none.
#[derive(Debug, Clone, Default)]
pub struct ConnectionFailure(CancellationToken);

impl ConnectionFailure {
    pub(crate) fn report(&self) {
        self.0.cancel();
    }

    /// Waits until the connection fails.
    pub async fn occurred(&self) {
        self.0.cancelled().await;
    }
}
