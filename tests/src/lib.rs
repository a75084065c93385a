//! What the journeys through the built application stand on: a desktop thrown away afterwards, a window driven over
//! WebDriver, the X clipboard as another program sees it, and the database as it lies on the disk. Used only by
//! `tests/window`. It grows when a journey needs something that another could need too.

#![forbid(unsafe_code)]
// The window is driven through WebKitGTK on X11. Elsewhere there is nothing here.
#![cfg(target_os = "linux")]

pub mod clipboard;
pub mod curl;
pub mod database;
pub mod error;
pub mod headless;
pub mod input;
mod inspect;
pub mod processes;
pub mod user_flows;
pub mod wait;
pub mod webdriver;
pub mod window;

pub use error::{TestError, TestResult};
pub use headless::{HeadlessDesktop, Keyring};
pub use wait::{wait_until, wait_until_within};
pub use window::Window;
