//! The login keychain of macOS. Written from the documentation and the store's source; not tested on a Mac.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use keyring_core::CredentialStore;

use crate::entry::Entry;
use crate::error::KeychainError;

pub(crate) const NAME: &str = "macOS Keychain";

/// `userCanceledErr`, `errSecUserCanceled` and `errSecAuthFailed` of `SecBase.h`; the first two have one number.
const REFUSALS: [i32; 2] = [-128, -25293];

pub(crate) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    let store = apple_native_keyring_store::keychain::Store::new()?;
    Ok(store)
}

/// The store takes no label; Keychain Access shows the service.
pub(crate) fn modifiers(_entry: &Entry) -> HashMap<&str, &str> {
    HashMap::new()
}

/// Always ready: the store offers no way to look at the lock that could not open a dialog.
pub(crate) fn check() -> Result<(), KeychainError> {
    Ok(())
}

pub(crate) fn is_refusal(error: &(dyn Error + 'static)) -> bool {
    error
        .downcast_ref::<security_framework::base::Error>()
        .is_some_and(|error| REFUSALS.contains(&error.code()))
}
