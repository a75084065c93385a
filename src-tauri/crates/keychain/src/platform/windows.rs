//! The Credential Manager of Windows, which is never locked while the user is signed in. Not tested on Windows.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use keyring_core::CredentialStore;

use crate::entry::Entry;
use crate::error::KeychainError;

pub(crate) const NAME: &str = "Windows Credential Manager";

/// The message of the store for `ERROR_ACCESS_DENIED` of `winerror.h`.
const ACCESS_DENIED: &str = "Windows error code 5";

pub(crate) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    let store = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

/// Local, because by default the secret roams to other computers of the user.
pub(crate) fn modifiers(_entry: &Entry) -> HashMap<&str, &str> {
    HashMap::from([("persistence", "Local")])
}

/// Always succeeds: every signed-in user has a Credential Manager.
pub(crate) fn check() -> Result<(), KeychainError> {
    Ok(())
}

pub(crate) fn is_access_denied(error: &(dyn Error + 'static)) -> bool {
    // The error type of the store is private, so only the message can be compared.
    error.to_string() == ACCESS_DENIED
}
