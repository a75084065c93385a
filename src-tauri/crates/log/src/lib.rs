//! Log files of bounded size, and the access log of Keystile's servers.

#![forbid(unsafe_code)]

mod access_log;
mod rotating_file;

pub use access_log::{AccessLog, Entry, Format};
pub use rotating_file::RotatingFile;
