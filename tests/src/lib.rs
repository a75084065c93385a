//! Shared test code: fixtures with a real store in a temporary directory, and the harness that drives the built desktop
//! application over WebDriver. Nothing here is part of the product.

#![forbid(unsafe_code)]

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
#[cfg(unix)]
pub mod raw_http;
#[cfg(unix)]
pub mod service_fixture;
#[cfg(unix)]
pub mod temp_store;
#[cfg(unix)]
pub mod verifier_fixture;

#[cfg(target_os = "linux")]
pub use desktop::*;
