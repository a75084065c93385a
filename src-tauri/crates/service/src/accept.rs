//! Accepts connections, as many at once as there are places, until it is told to stop; then open ones may finish what they
//! began. When no place is left, the connection that has been idle longest is asked to end.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// Files that are kept for the database, the keychain and the window, whatever connections want.
const RESERVED_FILES: u64 = 64;

/// The place of a connection; it is free again when every clone was dropped.
#[derive(Debug, Clone)]
#[expect(dead_code, reason = "held, not read")]
pub struct Place(Arc<OwnedSemaphorePermit>);

/// A connection that was accepted.
#[derive(Debug)]
pub struct Accepted {
    /// The connection.
    pub stream: TcpStream,
    /// The address of the client.
    pub peer: SocketAddr,
    /// Becomes true when no new request may begin.
    pub stopping: watch::Receiver<bool>,
    /// Wakes the connection that has waited for it longest, when that has to make room for others.
    pub eviction: Arc<Notify>,
    /// Held until the connection ends, whoever has it then.
    pub place: Place,
}

/// Raises the soft limit of open files of this process as far as the system allows. Returns the limit.
pub fn raise_file_limit() -> u64 {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => limit,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files was not raised");
            DEFAULT_FILE_LIMIT
        }
    }
}

/// What most systems allow a process that has not asked for more.
const DEFAULT_FILE_LIMIT: u64 = 1_024;

/// The most connections that the limit of open files leaves room for. Each may need a second file, for the upstream.
fn places_for_files() -> usize {
    let limit = rlimit::getrlimit(rlimit::Resource::NOFILE)
        .map_or(DEFAULT_FILE_LIMIT, |(soft, _hard)| soft);
    usize::try_from(limit.saturating_sub(RESERVED_FILES) / 2)
        .unwrap_or(usize::MAX)
        .max(1)
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
    let places = places.min(places_for_files());
    let free = Arc::new(Semaphore::new(places));
    let eviction = Arc::new(Notify::new());
    let (stop, stopping) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            Some(_ended) = open.join_next() => continue,
            accepted = next(&listener, &free, &eviction) => accepted,
        };
        let Some((stream, peer, place)) = accepted else {
            continue;
        };
        open.spawn(converse(Accepted {
            stream,
            peer,
            stopping: stopping.clone(),
            eviction: Arc::clone(&eviction),
            place: Place(Arc::new(place)),
        }));
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
    eviction: &Notify,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = match Arc::clone(free).try_acquire_owned() {
        Ok(place) => place,
        Err(_) => {
            eviction.notify_one();
            Arc::clone(free).acquire_owned().await.ok()?
        }
    };
    match listener.accept().await {
        Ok((stream, peer)) => {
            // A small response is sent at once, not when the client has confirmed the one before.
            stream.set_nodelay(true).ok()?;
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(
                cause = &error as &dyn std::error::Error,
                "a connection was not accepted"
            );
            // Out of file handles: others must end first.
            eviction.notify_one();
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}
