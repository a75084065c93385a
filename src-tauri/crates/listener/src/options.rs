//! Addresses and options of listening sockets.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The address of a listening socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenAddress {
    /// An IP address and a port; port 0 lets the system choose.
    Tcp(SocketAddr),
    /// A Unix socket. Its directory is created with mode 0700; other users must not have access.
    Unix(PathBuf),
}

impl ListenAddress {
    /// Returns whether other machines can reach it.
    pub fn is_remote(&self) -> bool {
        matches!(self, Self::Tcp(address) if !address.ip().is_loopback())
    }

    /// Returns the address of a TCP socket.
    pub fn tcp(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(address) => Some(*address),
            Self::Unix(_) => None,
        }
    }
}

impl ListenAddress {
    /// Returns the URL for clients: `http://127.0.0.1:7420`, `https://…`, or `unix:/path`.
    pub fn url(&self, is_tls: bool) -> String {
        match (self, is_tls) {
            (Self::Unix(_), _) => self.to_string(),
            (Self::Tcp(address), true) => format!("https://{address}"),
            (Self::Tcp(address), false) => format!("http://{address}"),
        }
    }
}

impl From<SocketAddr> for ListenAddress {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp(address)
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// PEM files for TLS. Changes are loaded while the server runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate chain, starting with the certificate of the server.
    pub certificates: PathBuf,
    /// The private key of that certificate.
    pub private_key: PathBuf,
}

/// Options of a listening socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenOptions {
    /// The address.
    pub address: ListenAddress,
    /// Whether other machines may connect.
    pub allow_remote: bool,
    /// TLS; `None` listens without encryption.
    pub tls: Option<TlsFiles>,
}

impl<A: Into<ListenAddress>> From<A> for ListenOptions {
    fn from(address: A) -> Self {
        Self::new(address)
    }
}

impl ListenOptions {
    /// Listens on this address without TLS, and only on loopback.
    pub fn new(address: impl Into<ListenAddress>) -> Self {
        Self {
            address: address.into(),
            allow_remote: false,
            tls: None,
        }
    }
}
