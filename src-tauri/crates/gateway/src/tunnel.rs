//! A connection that has left HTTP, most often for a WebSocket: bytes both ways until one side ends, it would not
//! be let through any more, or the gateway stops. It does not look into the bytes.

use std::sync::Arc;
use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use keystile_listener::ConnectionPermit;
use tokio_util::sync::CancellationToken;

use crate::standing::Standing;

/// Carries bytes between the caller and the API.
pub(crate) async fn carry(
    caller: OnUpgrade,
    api: OnUpgrade,
    standing: Arc<Standing>,
    every: Duration,
    stopping: CancellationToken,
    // Held until the end: a tunnel is a connection, too.
    _permit: ConnectionPermit,
) {
    let (caller, api) = match tokio::try_join!(caller, api) {
        Ok(both) => both,
        Err(cause) => {
            tracing::debug!(%cause, "an upgrade did not come about");
            return;
        }
    };
    let (mut caller, mut api) = (TokioIo::new(caller), TokioIo::new(api));
    let carried = tokio::io::copy_bidirectional(&mut caller, &mut api);
    let fallen = async {
        loop {
            tokio::time::sleep(every).await;
            if !Arc::clone(&standing).holds().await {
                return;
            }
        }
    };
    tokio::select! {
        ended = carried => {
            if let Err(cause) = ended {
                tracing::debug!(%cause, "a tunnel ended early");
            }
        }
        () = fallen => tracing::info!("a tunnel was closed: it would not be let through any more"),
        () = stopping.cancelled() => {}
    }
}
