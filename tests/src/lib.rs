//! What the journeys through the built application stand on: a desk thrown away afterwards, a window driven over
//! WebDriver, the X clipboard as another program sees it, and the database as it lies on the disk. Used only by
//! `tests/window`. It grows when a journey needs something that another could need too.

#![forbid(unsafe_code)]
// The window is driven through WebKitGTK on X11. Elsewhere there is nothing here.
#![cfg(target_os = "linux")]

pub mod broken;
pub mod clipboard;
pub mod curl;
pub mod database;
pub mod desk;
pub mod hands;
mod look;
pub mod processes;
pub mod steps;
pub mod until;
pub mod webdriver;
pub mod window;

pub use broken::{Broken, Journey};
pub use desk::{Desk, Keyring};
pub use until::{until, until_within};
pub use window::Window;
