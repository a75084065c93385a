//! The state that all operations share: the store, the keychain, the clipboard, the clock, this process's lock, and its
//! open prompts. Plain keys stay in memory only while their prompt or trial is open.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keystile_keychain::Keychain;
use keystile_keys::{Clock, KeyId, Timestamp};
use keystile_store::Store;
use tokio::sync::Notify;

use crate::clipboard::Clipboard;
use crate::clipboard_state::TrackedClipboard;
use crate::error::RegistryError;
use crate::issuer_lock::IssuerLock;
use crate::prompt::OpenPrompts;
use crate::trials::Trials;

/// Performs the operations on projects, environments, and keys.
pub struct Registry {
    pub(crate) store: Store,
    pub(crate) keychain: Keychain,
    pub(crate) clipboard: Arc<dyn Clipboard>,
    pub(crate) clock: Clock,
    pub(crate) prompts: OpenPrompts,
    pub(crate) trials: Trials,
    /// Serializes `issue`, so that the second of two concurrent requests with one idempotency key finds the first's
    /// key.
    pub(crate) issuing: tokio::sync::Mutex<()>,
    /// Keys with a keychain write of unknown result. It may still happen at any time.
    saving: Mutex<HashSet<KeyId>>,
    /// Also serializes its acquisition.
    issuer_lock: tokio::sync::Mutex<Option<Arc<IssuerLock>>>,
    tracked_clipboard: Mutex<TrackedClipboard>,
    sweep_requested: Notify,
}

impl Registry {
    /// Creates a registry on an open store.
    pub fn new(
        store: Store,
        keychain: Keychain,
        clipboard: Arc<dyn Clipboard>,
        clock: Clock,
    ) -> Self {
        Self {
            store,
            keychain,
            clipboard,
            clock,
            prompts: OpenPrompts::default(),
            trials: Trials::default(),
            issuing: tokio::sync::Mutex::new(()),
            saving: Mutex::new(HashSet::new()),
            issuer_lock: tokio::sync::Mutex::new(None),
            tracked_clipboard: Mutex::new(TrackedClipboard::default()),
            sweep_requested: Notify::new(),
        }
    }

    /// Returns the store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the keychain.
    pub fn keychain(&self) -> &Keychain {
        &self.keychain
    }

    /// Waits until an operation leaves work for [`Registry::sweep`].
    pub async fn sweep_requested(&self) {
        self.sweep_requested.notified().await;
    }

    pub(crate) fn request_sweep(&self) {
        self.sweep_requested.notify_one();
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the time that decides about expiries and pauses: now, unless the clock was set back. A pause that began
    /// earlier than the time of another process would end too early there.
    pub(crate) fn latest_time(&self) -> Timestamp {
        let latest = self.store.latest_time();
        latest.read_file();
        latest.observe(self.now())
    }

    pub(crate) fn directory(&self) -> &Path {
        self.store.directory()
    }

    /// Returns this process's lock. It is acquired on first use, and again if it was lost.
    ///
    /// # Errors
    /// `ProcessLock`, or a `Store` error.
    pub(crate) async fn issuer_lock(&self) -> Result<Arc<IssuerLock>, RegistryError> {
        let mut current = self.issuer_lock.lock().await;
        if let Some(lock) = current.as_ref().filter(|lock| lock.is_intact()) {
            return Ok(Arc::clone(lock));
        }
        let lock = Arc::new(IssuerLock::acquire(&self.store).await?);
        *current = Some(Arc::clone(&lock));
        Ok(lock)
    }

    /// Returns the name of this process's lock, if it has one.
    pub(crate) async fn issuer_lock_name(&self) -> Option<String> {
        let lock = self.issuer_lock.lock().await;
        lock.as_ref().map(|lock| lock.name().to_owned())
    }

    pub(crate) fn saving(&self) -> MutexGuard<'_, HashSet<KeyId>> {
        self.saving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tracked_clipboard(&self) -> MutexGuard<'_, TrackedClipboard> {
        self.tracked_clipboard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the row that `reference` identifies, by id or by name.
///
/// # Errors
/// `Ambiguous` if these are two different rows.
pub(crate) fn unambiguous<T, Id: PartialEq>(
    noun: &'static str,
    reference: &str,
    by_id: Option<T>,
    by_name: Option<T>,
    id: impl Fn(&T) -> Id,
) -> Result<Option<T>, RegistryError> {
    match (by_id, by_name) {
        (Some(one), Some(other)) if id(&one) != id(&other) => Err(RegistryError::Ambiguous {
            noun,
            reference: reference.to_owned(),
        }),
        (by_id, by_name) => Ok(by_id.or(by_name)),
    }
}
