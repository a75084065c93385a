//! The credential store as callers see it: four verbs that neither block nor remember a failure.
//! The registry holds one for the life of the program; it is cheap to clone and opens nothing before it is asked.
//! Deliberately absent: a cache of secrets, and `{:?}` on the platform's errors, two of which hold the secret.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keyring_core::{CredentialStore, Entry as Credential, Error as StoreError};
use zeroize::{Zeroize, Zeroizing};

use crate::calls::Calls;
use crate::entry::Entry;
use crate::error::{KeychainError, KeychainStatus};
use crate::platform;

type Open = dyn Fn() -> Result<Arc<CredentialStore>, StoreError> + Send + Sync;
type Check = dyn Fn() -> Result<(), KeychainError> + Send + Sync;

/// The operating system's credential store.
#[derive(Clone)]
pub struct Keychain(Arc<Inner>);

struct Inner {
    open: Box<Open>,
    check: Box<Check>,
    modifiers: fn(&Entry) -> HashMap<&str, &str>,
    /// Only while it works: a store whose connection is dead answers every call with the same failure.
    opened: Mutex<Option<Arc<CredentialStore>>>,
    calls: Calls,
}

impl Keychain {
    /// The store of this platform. Nothing is opened until the first call.
    pub fn system() -> Self {
        Self(Arc::new(Inner {
            open: Box::new(platform::open),
            check: Box::new(platform::check),
            modifiers: platform::modifiers,
            opened: Mutex::new(None),
            calls: Calls::new(),
        }))
    }

    /// A store that the caller opens, for tests that need one which fails or hangs.
    ///
    /// Its status is told by opening it: `NoDefaultStore` is absent, `NoStorageAccess` is locked.
    pub fn with_opener(
        open: impl Fn() -> Result<Arc<CredentialStore>, StoreError> + Send + Sync + 'static,
    ) -> Self {
        let open = Arc::new(open);
        let opens = Arc::clone(&open);
        Self(Arc::new(Inner {
            open: Box::new(move || open()),
            check: Box::new(move || match opens() {
                Ok(_) => Ok(()),
                Err(StoreError::NoDefaultStore) => Err(KeychainError::Absent),
                Err(StoreError::NoStorageAccess(_)) => Err(KeychainError::Locked),
                Err(_) => Err(KeychainError::Failed),
            }),
            modifiers: |_| HashMap::new(),
            opened: Mutex::new(None),
            calls: Calls::new(),
        }))
    }

    /// The same store with another time limit than [`CALL_LIMIT`](crate::CALL_LIMIT); clones share it.
    pub fn with_limit(self, limit: Duration) -> Self {
        self.0.calls.set_limit(limit);
        self
    }

    /// What people call the store of this platform.
    pub fn name(&self) -> &'static str {
        platform::NAME
    }

    /// Puts a secret in, over the one that was there. The platform may ask the user to unlock.
    pub async fn set(&self, entry: &Entry, secret: Zeroizing<String>) -> Result<(), KeychainError> {
        self.call(entry, move |credential| {
            credential.set_secret(secret.as_bytes())
        })
        .await
    }

    /// Gets a secret back. The platform may ask the user to unlock.
    pub async fn get(&self, entry: &Entry) -> Result<Zeroizing<String>, KeychainError> {
        let bytes = self
            .call(entry, |credential| {
                credential.get_secret().map(Zeroizing::new)
            })
            .await?;
        // Not `get_password`: its error for text that is no UTF-8 would carry the secret.
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
            Err(_) => {
                tracing::warn!("the keychain entry is not text");
                Err(KeychainError::Failed)
            }
        }
    }

    /// Takes a secret out; also fine if it was not there. The platform may ask the user to unlock.
    pub async fn remove(&self, entry: &Entry) -> Result<(), KeychainError> {
        let removed = self
            .call(entry, |credential| match credential.delete_credential() {
                // Another program made a second one with the same attributes; neither is wanted.
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

    /// Whether the store could be used now; `Err` says why not. Never asks the user for anything.
    pub async fn check(&self) -> Result<(), KeychainError> {
        let inner = Arc::clone(&self.0);
        self.0.calls.run(move || (inner.check)()).await
    }

    /// [`Keychain::check`] in one word.
    pub async fn status(&self) -> KeychainStatus {
        self.check().await.into()
    }

    /// Whether a call would get through without the user.
    pub async fn is_unlocked(&self) -> bool {
        self.status().await == KeychainStatus::Ready
    }

    async fn call<T: Send + 'static>(
        &self,
        entry: &Entry,
        work: impl Fn(&Credential) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let inner = Arc::clone(&self.0);
        let entry = entry.clone();
        let result = self.0.calls.run(move || inner.attempt(&entry, &work)).await;
        if matches!(result, Err(KeychainError::Hung | KeychainError::Failed)) {
            // The stuck thread holds the store's lock, a panicked one has poisoned it: the next call needs a new store.
            self.0.forget();
        }
        result
    }
}

impl Inner {
    /// Does the work, a second time with a new connection if the platform failed: it may have been restarted.
    fn attempt<T>(
        &self,
        entry: &Entry,
        work: &impl Fn(&Credential) -> Result<T, StoreError>,
    ) -> Result<T, KeychainError> {
        let first = self.work_once(entry, work);
        let last = match first {
            Err(StoreError::PlatformFailure(cause)) => {
                self.forget();
                tracing::debug!(%cause, "the keychain failed; it is opened anew");
                self.work_once(entry, work)
            }
            other => other,
        };
        last.map_err(|error| {
            if matches!(error, StoreError::PlatformFailure(_)) {
                self.forget();
            }
            self.explain(error)
        })
    }

    fn work_once<T>(
        &self,
        entry: &Entry,
        work: &impl Fn(&Credential) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let modifiers = (self.modifiers)(entry);
        let credential = self
            .store()?
            .build(&entry.service, &entry.user, Some(&modifiers))?;
        work(&credential)
    }

    fn store(&self) -> Result<Arc<CredentialStore>, StoreError> {
        if let Some(store) = &*self.remembered() {
            return Ok(Arc::clone(store));
        }
        // Opened without the lock: opening can hang, and `forget` must not.
        let store = (self.open)()?;
        *self.remembered() = Some(Arc::clone(&store));
        Ok(store)
    }

    fn forget(&self) {
        *self.remembered() = None;
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, Option<Arc<CredentialStore>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Turns the platform's error into ours and logs its cause, without the secret that it may carry.
    fn explain(&self, error: StoreError) -> KeychainError {
        let (explained, cause) = match error {
            StoreError::NoEntry => return KeychainError::NoEntry,
            StoreError::TooLong(attribute, most) => (
                KeychainError::TooLong,
                format!("{attribute} is longer than {most}"),
            ),
            StoreError::NoDefaultStore => (KeychainError::Absent, "no store".to_owned()),
            StoreError::NoStorageAccess(cause) => {
                // No access although nothing is in the way: somebody said no.
                let why = (self.check)().err().unwrap_or(KeychainError::Refused);
                (why, cause.to_string())
            }
            StoreError::PlatformFailure(cause) => {
                let why = if platform::is_refusal(cause.as_ref()) {
                    KeychainError::Refused
                } else {
                    (self.check)().err().unwrap_or(KeychainError::Failed)
                };
                (why, cause.to_string())
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
            // A variant that does not exist yet may carry anything, so it is not printed.
            _ => (KeychainError::Failed, "an unknown failure".to_owned()),
        };
        tracing::warn!(code = explained.code(), %cause, "the keychain did not do what it was asked");
        explained
    }
}

impl std::fmt::Debug for Keychain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keychain")
    }
}
