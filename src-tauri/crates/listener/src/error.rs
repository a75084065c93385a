//! Errors of listening sockets.

use std::io;
use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use crate::options::ListenAddress;

/// Why a server cannot listen.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum ListenError {
    /// Other machines can reach the address, and that was not allowed.
    #[error("Not listening on {address}: other machines could reach it.")]
    #[diagnostic(
        code("remote_not_allowed"),
        help("Listen on 127.0.0.1, or pass --allow-remote and use TLS.")
    )]
    RemoteNotAllowed {
        /// The address.
        address: ListenAddress,
    },
    /// The address is in use, or does not belong to this machine.
    #[error("Cannot listen on {address}.")]
    #[diagnostic(code("listen_failed"), help("{}", bind_help(address)))]
    Bind {
        /// The address.
        address: ListenAddress,
        /// The error of the operating system.
        #[source]
        cause: io::Error,
    },
    /// Other users can access the directory of the Unix socket.
    #[error("Other users can access {}, the folder of the socket.", folder.display())]
    #[diagnostic(
        code("insecure_socket_directory"),
        help("Use a new folder for the socket; it is created with mode 0700.")
    )]
    InsecureFolder {
        /// The directory.
        folder: PathBuf,
    },
    /// The system does not support Unix sockets.
    #[error("This system does not support Unix sockets.")]
    #[diagnostic(
        code("unix_sockets_unsupported"),
        help("Listen on a TCP port instead.")
    )]
    UnixSocketsUnsupported,
    /// A PEM file cannot be read, or is not valid.
    #[error("Cannot use {} for TLS.", path.display())]
    #[diagnostic(
        code("invalid_tls_files"),
        help("Provide a PEM file with the certificate chain and one with its private key.")
    )]
    Tls {
        /// The file.
        path: PathBuf,
        /// The cause: an [`io::Error`] if the file cannot be read.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

fn bind_help(address: &ListenAddress) -> &'static str {
    match address {
        ListenAddress::Tcp(_) => "Use another port, or stop the program that uses this one.",
        ListenAddress::Unix(_) => "Use another path, or stop the program that uses this socket.",
    }
}

impl ListenError {
    /// Returns whether the address is in use by another program.
    pub fn is_address_in_use(&self) -> bool {
        matches!(self, Self::Bind { cause, .. } if cause.kind() == io::ErrorKind::AddrInUse)
    }
}
