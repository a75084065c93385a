//! Shared test code: fixtures with a real store on SQLite or PostgreSQL, and the harness that drives the built desktop
//! application over WebDriver. Nothing here is part of the product.

#![forbid(unsafe_code)]

#[cfg(unix)]
pub mod database_faults;
#[cfg(target_os = "linux")]
mod desktop;
pub mod diagnostic;
#[cfg(unix)]
pub mod fixture;
pub mod manual_clock;
#[cfg(unix)]
pub mod memory_clipboard;
#[cfg(unix)]
pub mod memory_credential_store;
#[cfg(target_os = "linux")]
mod postgres_store;
#[cfg(unix)]
pub mod prompting_process;
#[cfg(unix)]
pub mod raw_connection;
#[cfg(unix)]
pub mod raw_http;
#[cfg(unix)]
pub mod service_fixture;
pub mod store_argument;
#[cfg(unix)]
pub mod temp_store;
#[cfg(unix)]
pub mod verifier_fixture;

#[cfg(target_os = "linux")]
pub use desktop::*;
