//! Drives the desktop application, through WebKitGTK on X11.

pub mod curl;
pub mod database;
pub mod error;
pub mod frames;
pub mod headless;
pub mod input;
mod inspect;
pub mod notification_server;
pub mod processes;
pub mod tray_host;
pub mod user_flows;
pub mod wait;
pub mod webdriver;
pub mod window;
pub mod x11;

pub use error::{TestError, TestResult};
pub use headless::{HeadlessDesktop, Keyring};
pub use wait::{wait_until, wait_until_within};
pub use window::Window;
