//! The database file as the store opens, keeps and refuses it: real files in throw-away directories, tampered with from
//! outside by a plain SQLite connection.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

mod audit;
mod full;
mod ground;
mod install_key;
mod locks;
mod open;
mod refused;
mod write;
