//! The Credential Manager of Windows. Written from the documentation and the store's source; not tested on Windows.
//! It is never locked while the user is signed in, and it stores at most 2,560 bytes, which no key reaches.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use keyring_core::CredentialStore;

use crate::entry::Entry;
use crate::error::KeychainError;

pub(crate) const NAME: &str = "Windows Credential Manager";

/// How the store writes `ERROR_ACCESS_DENIED` of `winerror.h`.
const ACCESS_DENIED: &str = "Windows error code 5";

pub(crate) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    let store = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

/// Local: the store's default lets the secret roam to the user's other computers.
pub(crate) fn modifiers(_entry: &Entry) -> HashMap<&str, &str> {
    HashMap::from([("persistence", "Local")])
}

/// Always ready: whoever is signed in has one.
pub(crate) fn check() -> Result<(), KeychainError> {
    Ok(())
}

pub(crate) fn is_refusal(error: &(dyn Error + 'static)) -> bool {
    // The store keeps the type of its errors to itself, so their text is all there is to tell them by.
    error.to_string() == ACCESS_DENIED
}
