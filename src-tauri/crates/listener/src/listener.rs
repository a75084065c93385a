//! Accepts connections up to a limit until shutdown, then waits for those that are open. At the limit the longest-idle
//! connection is closed for a new one.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::error::ListenError;
use crate::file_limit::connection_limit;
use crate::options::{ListenAddress, ListenOptions};
use crate::permit::ConnectionPermit;
use crate::stream::Stream;
use crate::tls::Certificate;

/// Timeout of a TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Delay after a failed accept.
const RETRY_INTERVAL: Duration = Duration::from_millis(50);
/// Minimum interval between warnings about failed accepts.
const WARN_INTERVAL: Duration = Duration::from_secs(10);

/// An accepted connection.
#[derive(Debug)]
pub struct Connection {
    /// The byte stream, after the TLS handshake.
    pub stream: Stream,
    /// The address of the client; loopback for a Unix socket.
    pub client: IpAddr,
    /// Cancelled when shutdown begins: no new request may start.
    pub stopping: CancellationToken,
    /// Wakes the connection that has waited longest, which must then close to make room for another one. Idle
    /// connections wait for it.
    pub eviction: Arc<Notify>,
    /// Must be kept as long as the socket is open.
    pub permit: ConnectionPermit,
}

/// Limits of the connections of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Maximum number of open connections; lowered to what the limit of open files allows.
    pub max_connections: usize,
    /// How long open connections may take after shutdown begins.
    pub grace: Duration,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(
        tokio::net::UnixListener,
        #[expect(dead_code, reason = "removes the socket file when it is dropped")]
        crate::unix_socket::SocketFile,
    ),
}

/// A listening socket. Connections wait until [`Listener::serve`] is called.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    address: ListenAddress,
    certificate: Option<Certificate>,
}

impl Listener {
    /// Starts listening.
    ///
    /// # Errors
    /// See [`ListenError`].
    pub async fn bind(options: ListenOptions) -> Result<Self, ListenError> {
        let ListenOptions {
            address,
            allow_remote,
            tls,
        } = options;
        if address.is_remote() && !allow_remote {
            return Err(ListenError::RemoteNotAllowed { address });
        }
        let certificate = tls.map(Certificate::load).transpose()?;
        let (socket, address) = match address {
            ListenAddress::Tcp(tcp) => {
                let failed = |cause| ListenError::Bind {
                    address: tcp.into(),
                    cause,
                };
                let listener = TcpListener::bind(tcp).await.map_err(failed)?;
                let bound = listener.local_addr().map_err(failed)?;
                (Socket::Tcp(listener), ListenAddress::Tcp(bound))
            }
            #[cfg(unix)]
            ListenAddress::Unix(path) => {
                let (listener, file) = crate::unix_socket::bind(&path)?;
                (Socket::Unix(listener, file), ListenAddress::Unix(path))
            }
            #[cfg(not(unix))]
            ListenAddress::Unix(_) => return Err(ListenError::UnixSocketsUnsupported),
        };
        Ok(Self {
            socket,
            address,
            certificate,
        })
    }

    /// Returns the bound address, with the actual port.
    pub fn address(&self) -> &ListenAddress {
        &self.address
    }

    /// Returns whether connections are encrypted.
    pub fn is_tls(&self) -> bool {
        self.certificate.is_some()
    }

    /// Returns whether other machines can connect without encryption.
    pub fn is_exposed_in_clear(&self) -> bool {
        self.address.is_remote() && self.certificate.is_none()
    }

    /// Runs `handle` for each connection in its own task until `shutdown` resolves. Then waits up to the grace period
    /// for open connections and aborts the rest.
    pub async fn serve<F, H>(
        self,
        limits: ConnectionLimits,
        shutdown: impl Future<Output = ()>,
        handle: H,
    ) where
        F: Future<Output = ()> + Send + 'static,
        H: Fn(Connection) -> F + Clone + Send + 'static,
    {
        let acceptor = match self.certificate.as_ref().map(Certificate::acceptor) {
            None => None,
            Some(Ok(acceptor)) => Some(acceptor),
            Some(Err(error)) => {
                tracing::error!(
                    cause = &error as &dyn std::error::Error,
                    "cannot set up TLS"
                );
                return;
            }
        };
        let reloading = CancellationToken::new();
        let _reloading = reloading.clone().drop_guard();
        if let Some(certificate) = self.certificate {
            tokio::spawn(async move {
                reloading
                    .run_until_cancelled(certificate.follow_files())
                    .await;
            });
        }
        let max = connection_limit(limits.max_connections).min(Semaphore::MAX_PERMITS);
        let permits = Arc::new(Semaphore::new(max));
        let eviction = Arc::new(Notify::new());
        let mut tasks = JoinSet::new();
        let stopping = CancellationToken::new();
        let mut shutdown = pin!(shutdown);
        let mut warned = None::<tokio::time::Instant>;
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                Some(_ended) = tasks.join_next() => continue,
                accepted = accept(&self.socket) => accepted,
            };
            let (stream, client) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    if warned.is_none_or(|warned| warned.elapsed() >= WARN_INTERVAL) {
                        warned = Some(tokio::time::Instant::now());
                        tracing::warn!(
                            cause = &error as &dyn std::error::Error,
                            "cannot accept connections"
                        );
                    }
                    // Usually the limit of open files is reached.
                    eviction.notify_one();
                    tokio::time::sleep(RETRY_INTERVAL).await;
                    continue;
                }
            };
            let permit = tokio::select! {
                () = &mut shutdown => break,
                permit = make_room(&permits, &eviction) => permit,
            };
            let Some(permit) = permit else { break };
            let connection = Connection {
                stream,
                client,
                stopping: stopping.clone(),
                eviction: Arc::clone(&eviction),
                permit: ConnectionPermit::new(permit),
            };
            match &acceptor {
                None => tasks.spawn(handle(connection)),
                Some(acceptor) => {
                    let (handle, acceptor) = (handle.clone(), acceptor.clone());
                    tasks.spawn(async move {
                        if let Some(connection) = handshake(acceptor, connection).await {
                            handle(connection).await;
                        }
                    })
                }
            };
        }
        drop(self.socket);
        stopping.cancel();
        let all = u32::try_from(max).unwrap_or(u32::MAX);
        let ended = tokio::time::timeout(limits.grace, permits.acquire_many(all)).await;
        if ended.is_err() {
            tasks.abort_all();
            tracing::warn!("aborted open connections at the end of the grace period");
        }
    }
}

/// Returns a permit, if necessary that of the longest-idle connection. Waits while all connections are in use.
async fn make_room(permits: &Arc<Semaphore>, eviction: &Notify) -> Option<OwnedSemaphorePermit> {
    if let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
        return Some(permit);
    }
    eviction.notify_one();
    Arc::clone(permits).acquire_owned().await.ok()
}

async fn accept(socket: &Socket) -> io::Result<(Stream, IpAddr)> {
    match socket {
        Socket::Tcp(listener) => {
            let (stream, peer): (_, SocketAddr) = listener.accept().await?;
            // Small responses are sent without delay. An error is ignored: a closed connection is detected by the first
            // read.
            let _set = stream.set_nodelay(true);
            Ok((Stream::Tcp(stream), peer.ip()))
        }
        #[cfg(unix)]
        Socket::Unix(listener, _) => {
            let (stream, _) = listener.accept().await?;
            Ok((Stream::Unix(stream), IpAddr::V4(Ipv4Addr::LOCALHOST)))
        }
    }
}

async fn handshake(acceptor: TlsAcceptor, connection: Connection) -> Option<Connection> {
    let accepted = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(connection.stream));
    match accepted.await {
        Ok(Ok(tls)) => Some(Connection {
            stream: Stream::Tls(Box::new(tls)),
            ..connection
        }),
        Ok(Err(cause)) => {
            tracing::debug!(%cause, "TLS handshake failed");
            None
        }
        Err(_) => None,
    }
}
