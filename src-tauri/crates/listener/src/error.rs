//! Why a server cannot listen.

use std::io;
use std::path::PathBuf;

use crate::options::ListenAddress;

/// Why a server cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// Other machines can reach the address, and that was not allowed.
    #[error("{address} can be reached from other machines.")]
    RemoteNotAllowed {
        /// The address.
        address: ListenAddress,
    },
    /// The address is in use, or not one of this machine.
    #[error("Cannot listen on {address}.")]
    Bind {
        /// The address.
        address: ListenAddress,
        /// What the system reported.
        #[source]
        cause: io::Error,
    },
    /// Other users can enter the folder of the Unix socket.
    #[error("Other users can enter {}, the folder of the socket.", folder.display())]
    InsecureFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// The system has no Unix sockets.
    #[error("This system has no Unix sockets.")]
    UnixSocketsUnsupported,
    /// A PEM file cannot be read, or does not hold what it should.
    #[error("Cannot use {} for TLS.", path.display())]
    Tls {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ListenError {
    /// The stable code to branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RemoteNotAllowed { .. } => "beyond_loopback",
            Self::Bind { .. } => "listen_failed",
            Self::InsecureFolder { .. } => "socket_folder_insecure",
            Self::UnixSocketsUnsupported => "unix_sockets_unsupported",
            Self::Tls { .. } => "tls_files",
        }
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::RemoteNotAllowed { .. } => {
                "Listen on 127.0.0.1, or allow remote clients and use TLS.".to_owned()
            }
            Self::Bind {
                address: ListenAddress::Tcp(_),
                ..
            } => "Choose another port, or end the program that uses this one.".to_owned(),
            Self::Bind { .. } => {
                "Choose another path, or end the program that uses this socket.".to_owned()
            }
            Self::InsecureFolder { .. } => {
                "Choose a new folder for the socket; it is created for your user alone.".to_owned()
            }
            Self::UnixSocketsUnsupported => "Listen on a TCP port instead.".to_owned(),
            Self::Tls { .. } => {
                "Give a PEM file with the certificate chain and one with its private key."
                    .to_owned()
            }
        }
    }

    /// Whether another program already listens there.
    pub fn is_address_in_use(&self) -> bool {
        matches!(self, Self::Bind { cause, .. } if cause.kind() == io::ErrorKind::AddrInUse)
    }
}
