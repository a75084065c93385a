//! The server side: connections of clients. Knows no keys and no API.

mod connection;
mod io;

pub(crate) use connection::serve;
