//! A TCP proxy that interrupts connections as a network does: silently, or with a reset. Two threads forward the bytes
//! of each connection.

mod connections;
mod forward;

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use crate::free_port::loopback;
use connections::Connections;

/// A proxy on loopback. Dropping it resets its connections.
#[derive(Debug)]
pub struct PausingProxy {
    connections: Arc<Connections>,
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

impl PausingProxy {
    /// Starts a proxy in front of a server.
    ///
    /// # Panics
    /// If there is no free port.
    #[must_use]
    pub fn start(server: SocketAddr) -> Self {
        Self::try_start(server).unwrap_or_else(|error| panic!("the proxy did not start: {error}"))
    }

    fn try_start(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(loopback(0))?;
        let address = listener.local_addr()?;
        let connections = Arc::new(Connections::new(server));
        let acceptor = {
            let connections = Arc::clone(&connections);
            std::thread::spawn(move || accept(&listener, &connections))
        };
        Ok(Self {
            connections,
            address,
            acceptor: Some(acceptor),
        })
    }

    /// Returns the address to which clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Delivers nothing more in either direction, not even the end of a connection, until [`Self::resume`]. Connections
    /// stay open, and new ones are accepted. What was received until then is delivered afterwards.
    pub fn pause(&self) {
        self.connections.set_paused(true);
    }

    /// Delivers what was received in the meantime, and continues.
    pub fn resume(&self) {
        self.connections.set_paused(false);
    }

    /// Resets all connections, and returns after that. Later connections are forwarded.
    pub fn cut(&self) {
        self.connections.cut();
    }

    /// Connects later connections to another server, as a failover does.
    pub fn redirect(&self, server: SocketAddr) {
        self.connections.redirect(server);
    }

    /// Returns how many connections are open.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.connections.open()
    }

    /// Returns how many connections were accepted.
    #[must_use]
    pub fn accepted_connections(&self) -> u64 {
        self.connections.accepted()
    }

    /// Returns how many bytes were delivered to the server.
    #[must_use]
    pub fn bytes_to_server(&self) -> u64 {
        self.connections.bytes_to_server()
    }

    /// Returns how many bytes were delivered to clients.
    #[must_use]
    pub fn bytes_to_clients(&self) -> u64 {
        self.connections.bytes_to_clients()
    }
}

impl Drop for PausingProxy {
    fn drop(&mut self) {
        self.connections.stop();
        // The thread waits for a connection before it notices.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        self.connections.cut();
    }
}

fn accept(listener: &TcpListener, connections: &Arc<Connections>) {
    for client in listener.incoming().flatten() {
        if connections.is_stopped() {
            return;
        }
        let id = connections.add(client);
        let connections = Arc::clone(connections);
        std::thread::spawn(move || {
            forward::forward(&connections, id);
            connections.remove(id);
        });
    }
}
