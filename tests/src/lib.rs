//! Shared test code: fixtures with a real store in a temporary directory, and the harness that drives the built desktop
//! application over WebDriver. Nothing here is part of the product.

#![forbid(unsafe_code)]

pub mod diagnostic;
#[cfg(unix)]
pub mod fixture;
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

// The desktop application is driven through WebKitGTK on X11.
#[cfg(target_os = "linux")]
pub mod curl;
#[cfg(target_os = "linux")]
pub mod database;
#[cfg(target_os = "linux")]
pub mod error;
#[cfg(target_os = "linux")]
pub mod headless;
#[cfg(target_os = "linux")]
pub mod input;
#[cfg(target_os = "linux")]
mod inspect;
#[cfg(target_os = "linux")]
pub mod processes;
#[cfg(target_os = "linux")]
pub mod user_flows;
#[cfg(target_os = "linux")]
pub mod wait;
#[cfg(target_os = "linux")]
pub mod webdriver;
#[cfg(target_os = "linux")]
pub mod window;
#[cfg(target_os = "linux")]
pub mod x11;

#[cfg(target_os = "linux")]
pub use error::{TestError, TestResult};
#[cfg(target_os = "linux")]
pub use headless::{HeadlessDesktop, Keyring};
#[cfg(target_os = "linux")]
pub use wait::{wait_until, wait_until_within};
#[cfg(target_os = "linux")]
pub use window::Window;
