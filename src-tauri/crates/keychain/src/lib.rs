//! The operating system's credential store: put a secret in, get it back, take it out, ask whether it is there.
//! The registry calls it for "Save to system keychain"; the window shows its status.
//! It knows neither keys nor their states, and nothing that verification needs is kept only here.
//! It grows by a platform, or by a way in which a platform fails.
#![forbid(unsafe_code)]

mod calls;
mod entry;
mod error;
mod keychain;
mod platform;

pub use calls::{CALL_LIMIT, MOST_CALLS};
pub use entry::Entry;
pub use error::{KeychainError, KeychainStatus};
pub use keychain::Keychain;
