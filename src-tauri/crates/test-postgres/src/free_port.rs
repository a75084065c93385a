//! Ports for servers that cannot choose one themselves.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use crate::random::random_number;

/// The first port, and how many follow. The kernel takes the ports of outgoing connections from above, so that a server
/// that is restarted finds its port free.
const FIRST_PORT: u16 = 20_000;
const PORT_COUNT: u16 = 12_000;

/// How often a server is started with another port, if a program took the port in between.
pub(crate) const MAX_ATTEMPTS: usize = 10;

/// Returns a port on loopback on which no program listens.
pub(crate) fn free_port() -> io::Result<u16> {
    let mut last_error = io::ErrorKind::AddrInUse.into();
    for _ in 0..100 {
        let offset = random_number() % u64::from(PORT_COUNT);
        let port = FIRST_PORT + u16::try_from(offset).unwrap_or_default();
        match TcpListener::bind(loopback(port)) {
            Ok(_) => return Ok(port),
            Err(error) => last_error = error,
        }
    }
    Err(last_error)
}

/// Returns the address of a port on loopback.
pub(crate) fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
