//! The credential stores of the supported platforms.

#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use secret_service::{NAME, check, is_access_denied, modifiers, open};

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
pub(crate) use macos::{NAME, check, is_access_denied, modifiers, open};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{NAME, check, is_access_denied, modifiers, open};
