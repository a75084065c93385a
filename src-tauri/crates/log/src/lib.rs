//! Log files of bounded size, and the access log of Keystile's servers.

#![forbid(unsafe_code)]

mod access_log;
mod pending_entry;
mod rotating_file;

pub use access_log::{AccessLog, Entry, Format};
pub use pending_entry::{CLIENT_CLOSED_REQUEST, PendingEntry};
pub use rotating_file::RotatingFile;
