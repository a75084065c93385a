//! The credential store. It caches no secret, and never formats errors of the platform with `{:?}`, because two of them
//! contain the secret.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keyring_core::{CredentialStore, Entry as Credential, Error as StoreError};
use miette::Diagnostic;
use zeroize::{Zeroize, Zeroizing};

use crate::calls::Calls;
use crate::entry::Entry;
use crate::error::{KeychainError, KeychainStatus};
use crate::platform;

type Open = dyn Fn() -> Result<Arc<CredentialStore>, StoreError> + Send + Sync;
type Check = dyn Fn() -> Result<(), KeychainError> + Send + Sync;

/// The credential store of the operating system. Cheap to clone; opened by the first call.
#[derive(Clone)]
pub struct Keychain(Arc<Inner>);

struct Inner {
    open: Box<Open>,
    check: Box<Check>,
    modifiers: fn(&Entry) -> HashMap<&str, &str>,
    /// The open store, until a call fails: a store with a broken connection never recovers.
    opened: Mutex<Option<Arc<CredentialStore>>>,
    calls: Calls,
}

impl Keychain {
    /// Returns the store of this platform.
    pub fn system() -> Self {
        Self(Arc::new(Inner {
            open: Box::new(platform::open),
            check: Box::new(platform::check),
            modifiers: platform::modifiers,
            opened: Mutex::new(None),
            calls: Calls::new(),
        }))
    }

    /// Returns a store that `open` creates, for tests. The error of `open` determines the status: `NoDefaultStore`
    /// means unavailable, `NoStorageAccess` means locked.
    pub fn with_opener(
        open: impl Fn() -> Result<Arc<CredentialStore>, StoreError> + Send + Sync + 'static,
    ) -> Self {
        let open = Arc::new(open);
        let opens = Arc::clone(&open);
        Self(Arc::new(Inner {
            open: Box::new(move || open()),
            check: Box::new(move || match opens() {
                Ok(_) => Ok(()),
                Err(StoreError::NoDefaultStore) => Err(KeychainError::Unavailable),
                Err(StoreError::NoStorageAccess(_)) => Err(KeychainError::Locked),
                Err(_) => Err(KeychainError::Failed),
            }),
            modifiers: |_| HashMap::new(),
            opened: Mutex::new(None),
            calls: Calls::new(),
        }))
    }

    /// Replaces the timeout [`CALL_TIMEOUT`](crate::CALL_TIMEOUT), also for clones.
    pub fn with_timeout(self, timeout: Duration) -> Self {
        self.0.calls.set_timeout(timeout);
        self
    }

    /// Returns the name of the store of this platform.
    pub fn name(&self) -> &'static str {
        platform::NAME
    }

    /// Stores or replaces a secret. May open a dialog to unlock the store.
    ///
    /// # Errors
    /// The call failed.
    pub async fn set(&self, entry: &Entry, secret: Zeroizing<String>) -> Result<(), KeychainError> {
        self.call(entry, move |credential| {
            credential.set_secret(secret.as_bytes())
        })
        .await
    }

    /// Reads a secret. May open a dialog to unlock the store.
    ///
    /// # Errors
    /// The call failed.
    pub async fn get(&self, entry: &Entry) -> Result<Zeroizing<String>, KeychainError> {
        let bytes = self
            .call(entry, |credential| {
                credential.get_secret().map(Zeroizing::new)
            })
            .await?;
        // Not `get_password`, whose error for invalid UTF-8 contains the secret.
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
            Err(_) => {
                tracing::warn!("the keychain entry is not UTF-8");
                Err(KeychainError::Failed)
            }
        }
    }

    /// Removes a secret, if it exists. May open a dialog to unlock the store.
    ///
    /// # Errors
    /// The call failed.
    pub async fn remove(&self, entry: &Entry) -> Result<(), KeychainError> {
        let removed = self
            .call(entry, |credential| match credential.delete_credential() {
                // Another program created a second entry with the same attributes; remove both.
                Err(StoreError::Ambiguous(all)) => {
                    all.iter().try_for_each(Credential::delete_credential)
                }
                other => other,
            })
            .await;
        match removed {
            Err(KeychainError::NoEntry) => Ok(()),
            other => other,
        }
    }

    /// Checks whether the store can be used. Never opens a dialog.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub async fn check(&self) -> Result<(), KeychainError> {
        let inner = Arc::clone(&self.0);
        self.0.calls.run(move || (inner.check)()).await
    }

    /// Returns the result of [`Keychain::check`] as a status.
    pub async fn status(&self) -> KeychainStatus {
        self.check().await.into()
    }

    async fn call<T: Send + 'static>(
        &self,
        entry: &Entry,
        operation: impl Fn(&Credential) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let inner = Arc::clone(&self.0);
        let entry = entry.clone();
        let result = self
            .0
            .calls
            .run(move || inner.attempt(&entry, &operation))
            .await;
        if matches!(result, Err(KeychainError::Timeout | KeychainError::Failed)) {
            // The thread may still hold the lock of the store, or have poisoned it: the next call needs a new store.
            self.0.close();
        }
        result
    }
}

impl Inner {
    /// Runs the operation, and again with a new connection if the platform failed, because it may have been restarted.
    fn attempt<T>(
        &self,
        entry: &Entry,
        operation: &impl Fn(&Credential) -> Result<T, StoreError>,
    ) -> Result<T, KeychainError> {
        let first = self.try_once(entry, operation);
        let last = match first {
            Err(StoreError::PlatformFailure(cause)) => {
                self.close();
                tracing::debug!(%cause, "the keychain failed; reopening it");
                self.try_once(entry, operation)
            }
            other => other,
        };
        last.map_err(|error| {
            if matches!(error, StoreError::PlatformFailure(_)) {
                self.close();
            }
            self.convert(error)
        })
    }

    fn try_once<T>(
        &self,
        entry: &Entry,
        operation: &impl Fn(&Credential) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let modifiers = (self.modifiers)(entry);
        let credential = self
            .store()?
            .build(&entry.service, &entry.user, Some(&modifiers))?;
        operation(&credential)
    }

    fn store(&self) -> Result<Arc<CredentialStore>, StoreError> {
        if let Some(store) = &*self.opened() {
            return Ok(Arc::clone(store));
        }
        // Opened without the lock, because opening may hang and `close` must not.
        let store = (self.open)()?;
        *self.opened() = Some(Arc::clone(&store));
        Ok(store)
    }

    fn close(&self) {
        *self.opened() = None;
    }

    fn opened(&self) -> std::sync::MutexGuard<'_, Option<Arc<CredentialStore>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Converts an error of the platform and logs its cause, without the secret that it may contain.
    fn convert(&self, error: StoreError) -> KeychainError {
        let (error, cause) = match error {
            StoreError::NoEntry => return KeychainError::NoEntry,
            StoreError::TooLong(attribute, max) => (
                KeychainError::TooLong,
                format!("{attribute} is longer than {max}"),
            ),
            StoreError::NoDefaultStore => (KeychainError::Unavailable, "no store".to_owned()),
            StoreError::NoStorageAccess(cause) => {
                // An unlocked store that denies access.
                let error = (self.check)().err().unwrap_or(KeychainError::AccessDenied);
                (error, cause.to_string())
            }
            StoreError::PlatformFailure(cause) => {
                let error = if platform::is_access_denied(cause.as_ref()) {
                    KeychainError::AccessDenied
                } else {
                    (self.check)().err().unwrap_or(KeychainError::Failed)
                };
                (error, cause.to_string())
            }
            StoreError::BadEncoding(mut secret) | StoreError::BadDataFormat(mut secret, _) => {
                secret.zeroize();
                (KeychainError::Failed, "the entry is damaged".to_owned())
            }
            StoreError::Ambiguous(all) => (
                KeychainError::Failed,
                format!("{} entries match", all.len()),
            ),
            StoreError::BadStoreFormat(cause) | StoreError::NotSupportedByStore(cause) => {
                (KeychainError::Failed, cause)
            }
            StoreError::Invalid(attribute, cause) => {
                (KeychainError::Failed, format!("{attribute}: {cause}"))
            }
            // A future variant may contain the secret, so it is not formatted.
            _ => (KeychainError::Failed, "unknown error".to_owned()),
        };
        tracing::warn!(code = error.code().map(|code| code.to_string()), %cause, "keychain call failed");
        error
    }
}

impl std::fmt::Debug for Keychain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keychain")
    }
}
