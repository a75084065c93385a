//! Upgraded connections (WebSockets): copies bytes until one side closes, the request is canceled, or the gateway
//! stops.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::gated_io::GatedIo;
use crate::context::ConnectionContext;
use crate::request::OpenRequest;

/// Copies bytes between client and upstream.
pub(crate) async fn tunnel(
    client: OnUpgrade,
    upstream: OnUpgrade,
    request: Arc<OpenRequest>,
    // Holds the connection's permit, and keeps the request under revalidation.
    context: Arc<ConnectionContext>,
) {
    let (client, upstream) = match tokio::try_join!(client, upstream) {
        Ok(both) => both,
        Err(cause) => {
            tracing::debug!(%cause, "upgrade failed");
            return;
        }
    };
    let mut client = GatedIo::new(TokioIo::new(client), Arc::clone(&request));
    let mut upstream = GatedIo::new(TokioIo::new(upstream), Arc::clone(&request));
    tokio::select! {
        result = tokio::io::copy_bidirectional(&mut client, &mut upstream) => {
            if let Err(cause) = result {
                tracing::debug!(%cause, "tunnel failed");
            }
        }
        () = request.cancellation.cancelled() => {}
        () = context.stopping.cancelled() => {}
    }
}
