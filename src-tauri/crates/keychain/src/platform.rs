//! What differs between the platforms: which store is opened, what an entry is given, what a failure means.
//! `keychain` calls the one that this program is built for. A platform without a store gets no module and does not compile.

#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use secret_service::{NAME, check, is_refusal, modifiers, open};

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
pub(crate) use macos::{NAME, check, is_refusal, modifiers, open};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{NAME, check, is_refusal, modifiers, open};
