//! Accepting connections, as many at once as there are places, until somebody says stop; then those that are open may end
//! what they began. The service and the gateway listen with it. It knows nothing of HTTP.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// A connection that was accepted.
#[derive(Debug)]
pub struct Accepted {
    /// The connection.
    pub stream: TcpStream,
    /// Who is at its other end.
    pub peer: SocketAddr,
    /// Becomes true when no new request may begin.
    pub stopping: watch::Receiver<bool>,
}

/// Accepts until `shutdown` is done, then waits `grace` for what is open. Connections beyond `places` wait in the system's
/// queue.
pub async fn accept<F>(
    listener: TcpListener,
    places: usize,
    grace: Duration,
    shutdown: impl Future<Output = ()>,
    mut converse: impl FnMut(Accepted) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let free = Arc::new(Semaphore::new(places));
    let (stop, stopping) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            Some(_ended) = open.join_next() => continue,
            accepted = next(&listener, &free) => accepted,
        };
        let Some((stream, peer, place)) = accepted else {
            continue;
        };
        let conversation = converse(Accepted {
            stream,
            peer,
            stopping: stopping.clone(),
        });
        open.spawn(async move {
            conversation.await;
            drop(place);
        });
    }
    drop(listener);
    // Every connection may have ended already.
    let _told = stop.send(true);
    let all = u32::try_from(places).unwrap_or(u32::MAX);
    if tokio::time::timeout(grace, free.acquire_many(all))
        .await
        .is_err()
    {
        open.abort_all();
        tracing::warn!("some connections did not end and were cut off");
    }
}

async fn next(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(free).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // A small answer is sent at once, not when the client has confirmed the one before.
            stream.set_nodelay(true).ok()?;
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(
                cause = &error as &dyn std::error::Error,
                "a connection was not accepted"
            );
            // Out of file handles: others must end first.
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}
