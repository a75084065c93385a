//! The login keychain of macOS. Not tested on a Mac.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use keyring_core::CredentialStore;

use crate::entry::Entry;
use crate::error::KeychainError;

pub(crate) const NAME: &str = "macOS Keychain";

/// `userCanceledErr`, `errSecUserCanceled`, and `errSecAuthFailed` of `SecBase.h`; the first two have the same number.
const ACCESS_DENIED: [i32; 2] = [-128, -25293];

pub(crate) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    let store = apple_native_keyring_store::keychain::Store::new()?;
    Ok(store)
}

/// Empty: the store supports no label; Keychain Access shows the service.
pub(crate) fn modifiers(_entry: &Entry) -> HashMap<&str, &str> {
    HashMap::new()
}

/// Always succeeds: the lock cannot be read without a dialog.
pub(crate) fn check() -> Result<(), KeychainError> {
    Ok(())
}

pub(crate) fn is_access_denied(error: &(dyn Error + 'static)) -> bool {
    error
        .downcast_ref::<security_framework::base::Error>()
        .is_some_and(|error| ACCESS_DENIED.contains(&error.code()))
}
