//! Listening sockets: TCP or Unix, TLS from PEM files, a connection limit derived from the limit of open files, and
//! graceful shutdown. Also process limits that servers set at start.

#![forbid(unsafe_code)]

mod error;
mod file_limit;
mod listener;
mod memory_dumps;
mod options;
mod permit;
mod server_stream;
mod stream;
mod tls;
mod unix_socket;

pub use error::ListenError;
pub use file_limit::{connection_limit, raise_file_limit};
pub use listener::{Connection, ConnectionLimits, Listener};
pub use memory_dumps::{forbid_core_files, forbid_memory_dumps};
pub use options::{ListenAddress, ListenOptions, TlsFiles};
pub use permit::ConnectionPermit;
pub use server_stream::{LINGER_TIMEOUT, ServerStream};
pub use stream::Stream;
