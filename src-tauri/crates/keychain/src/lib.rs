//! The credential store of the operating system, with a timeout for every call. Nothing that verification needs is
//! stored there.
#![forbid(unsafe_code)]

mod calls;
mod entry;
mod error;
mod keychain;
mod platform;

pub use calls::{CALL_TIMEOUT, MAX_CALLS};
pub use entry::Entry;
pub use error::{KeychainError, KeychainStatus};
pub use keychain::Keychain;
