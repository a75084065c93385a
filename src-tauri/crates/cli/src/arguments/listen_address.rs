//! Parses addresses to listen on.

use std::error::Error;
use std::net::SocketAddr;

use super::port::{self, InvalidPort};

type ParseError = Box<dyn Error + Send + Sync>;

/// Parses `ADDRESS:PORT`, or a port on 127.0.0.1.
pub(super) fn parse(text: &str) -> Result<SocketAddr, ParseError> {
    parse_with(port::parse, text)
}

/// Parses an address whose port is not 0, for a program that cannot report the port that the system selected.
pub(super) fn parse_fixed(text: &str) -> Result<SocketAddr, ParseError> {
    parse_with(port::parse_fixed, text)
}

fn parse_with(
    parse_port: impl Fn(&str) -> Result<u16, InvalidPort>,
    text: &str,
) -> Result<SocketAddr, ParseError> {
    let expected = "expected a port such as 8080, or an address and port such as 0.0.0.0:8080";
    let (ip, port) = text.rsplit_once(':').unwrap_or(("127.0.0.1", text));
    let mut address: SocketAddr = format!("{ip}:0").parse().map_err(|_| expected)?;
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(expected.into());
    }
    address.set_port(parse_port(port)?);
    Ok(address)
}
