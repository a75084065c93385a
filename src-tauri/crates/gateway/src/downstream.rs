//! The server side: connections of clients.

mod connection;
mod io;

pub(crate) use connection::serve;
