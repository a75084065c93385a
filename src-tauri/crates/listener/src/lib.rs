//! Listening sockets for servers: TCP or a Unix socket, with TLS from PEM files, a connection limit derived from the limit
//! of open files, and graceful shutdown. It hands out byte streams; which protocol runs over them is up to the server.
//! Also the limits that a server sets for its own process when it starts.

#![forbid(unsafe_code)]

mod error;
mod file_limit;
mod listener;
mod memory_dumps;
mod options;
mod permit;
mod stream;
mod tls;
mod unix_socket;

pub use error::ListenError;
pub use file_limit::{connection_limit, raise_file_limit};
pub use listener::{Connection, ConnectionLimits, Listener};
pub use memory_dumps::{forbid_core_files, forbid_memory_dumps};
pub use options::{ListenAddress, ListenOptions, TlsFiles};
pub use permit::ConnectionPermit;
pub use stream::Stream;
