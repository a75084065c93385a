//! Parses addresses to listen on.

use std::net::{Ipv4Addr, SocketAddr};

/// Parses `ADDRESS:PORT`, or a port on 127.0.0.1.
pub(super) fn parse(text: &str) -> Result<SocketAddr, &'static str> {
    let on_loopback = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    text.parse()
        .map(on_loopback)
        .or_else(|_| text.parse())
        .map_err(|_| "expected a port such as 8080, or an address and port such as 0.0.0.0:8080")
}

/// Parses an address whose port is not 0, for a program that cannot report the port that the system selected.
pub(super) fn parse_fixed(text: &str) -> Result<SocketAddr, &'static str> {
    match parse(text)? {
        address if address.port() == 0 => Err("expected a port from 1 to 65535"),
        address => Ok(address),
    }
}
