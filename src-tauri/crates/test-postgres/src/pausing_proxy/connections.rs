//! The connections of a proxy, and whether it delivers their bytes. One lock orders every delivery before or after a
//! pause, and includes it in the counters.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::{SendFlags, send, sockopt};

/// How long to wait for space in the buffer of a receiver.
const FULL_BUFFER_INTERVAL: Duration = Duration::from_millis(1);

/// A server that is suspended may accept no connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// The receiver of bytes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Receiver {
    Server,
    Client,
}

/// The state that the threads of a proxy share.
#[derive(Debug)]
pub(super) struct Connections {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    server: SocketAddr,
    is_paused: bool,
    is_stopped: bool,
    accepted: u64,
    bytes_to_server: u64,
    bytes_to_clients: u64,
    open: HashMap<u64, Connection>,
}

#[derive(Debug)]
struct Connection {
    client: Arc<TcpStream>,
    /// `None` until the proxy has connected.
    server: Option<Arc<TcpStream>>,
    is_cut: bool,
}

/// The connection was reset.
#[derive(Debug)]
pub(super) struct Cut;

impl Connections {
    pub(super) fn new(server: SocketAddr) -> Self {
        Self {
            state: Mutex::new(State {
                server,
                is_paused: false,
                is_stopped: false,
                accepted: 0,
                bytes_to_server: 0,
                bytes_to_clients: 0,
                open: HashMap::new(),
            }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_paused(&self, is_paused: bool) {
        self.lock().is_paused = is_paused;
        self.changed.notify_all();
    }

    pub(super) fn redirect(&self, server: SocketAddr) {
        self.lock().server = server;
    }

    pub(super) fn stop(&self) {
        self.lock().is_stopped = true;
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }

    pub(super) fn open(&self) -> usize {
        self.lock().open.len()
    }

    pub(super) fn accepted(&self) -> u64 {
        self.lock().accepted
    }

    pub(super) fn bytes_to_server(&self) -> u64 {
        self.lock().bytes_to_server
    }

    pub(super) fn bytes_to_clients(&self) -> u64 {
        self.lock().bytes_to_clients
    }

    /// Adds an accepted connection and returns its id.
    pub(super) fn add(&self, client: TcpStream) -> u64 {
        let _ = client.set_nodelay(true);
        let mut state = self.lock();
        state.accepted += 1;
        let id = state.accepted;
        let connection = Connection {
            client: Arc::new(client),
            server: None,
            is_cut: false,
        };
        state.open.insert(id, connection);
        id
    }

    /// Removes a connection, whose threads have ended.
    pub(super) fn remove(&self, id: u64) {
        self.lock().open.remove(&id);
        self.changed.notify_all();
    }

    /// Resets all connections that are open now.
    pub(super) fn cut(&self) {
        let mut state = self.lock();
        for connection in state.open.values_mut() {
            connection.is_cut = true;
            reset_when_closed(&connection.client);
            connection.server.as_deref().map(reset_when_closed);
        }
        self.changed.notify_all();
        while state.open.values().any(|connection| connection.is_cut) {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until the proxy delivers bytes of this connection.
    fn wait_until_delivering(&self, id: u64) -> Result<MutexGuard<'_, State>, Cut> {
        let mut state = self.lock();
        loop {
            match state.open.get(&id) {
                None | Some(Connection { is_cut: true, .. }) => return Err(Cut),
                Some(_) if !state.is_paused => return Ok(state),
                Some(_) => {
                    state = self
                        .changed
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Connects to the server, after a pause if there is one. Returns both sockets, the client's first.
    pub(super) fn connect(&self, id: u64) -> Result<(Arc<TcpStream>, Arc<TcpStream>), Cut> {
        let mut state = self.wait_until_delivering(id)?;
        // On loopback this returns immediately, and so the lock may be kept.
        let server = TcpStream::connect_timeout(&state.server, CONNECT_TIMEOUT);
        let connection = state.open.get_mut(&id).ok_or(Cut)?;
        let Ok(server) = server else {
            reset_when_closed(&connection.client);
            return Err(Cut);
        };
        let _ = server.set_nodelay(true);
        let server = Arc::new(server);
        connection.server = Some(Arc::clone(&server));
        Ok((Arc::clone(&connection.client), server))
    }

    /// Delivers bytes.
    pub(super) fn deliver(
        &self,
        id: u64,
        receiver: Receiver,
        socket: &TcpStream,
        mut bytes: &[u8],
    ) -> Result<(), Cut> {
        while !bytes.is_empty() {
            let mut state = self.wait_until_delivering(id)?;
            // A pause must not wait for the receiver.
            match send(socket, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
                Ok(length) => {
                    let counter = match receiver {
                        Receiver::Server => &mut state.bytes_to_server,
                        Receiver::Client => &mut state.bytes_to_clients,
                    };
                    *counter += length as u64;
                    bytes = &bytes[length..];
                }
                Err(Errno::AGAIN) => {
                    drop(state);
                    std::thread::sleep(FULL_BUFFER_INTERVAL);
                }
                Err(Errno::INTR) => {}
                Err(_) => return Err(Cut),
            }
        }
        Ok(())
    }

    /// Delivers that a sender has ended its side, or, after an error, the whole connection.
    pub(super) fn deliver_end(&self, id: u64, socket: &TcpStream, end: std::net::Shutdown) {
        if let Ok(_state) = self.wait_until_delivering(id) {
            // The receiver may have closed the connection.
            let _ = socket.shutdown(end);
        }
    }
}

/// Wakes the thread that reads, and makes the kernel send a reset when the last thread has closed the socket.
pub(super) fn reset_when_closed(socket: &TcpStream) {
    // A connection that was reset by the other side has no options.
    let _ = sockopt::set_socket_linger(socket, Some(Duration::ZERO));
    let _ = socket.shutdown(std::net::Shutdown::Read);
}
