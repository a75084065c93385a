//! What the verbs share: the store, the keychain, the clipboard, the clock, this process's claim and its open prompts.
//! Each verb's file adds one method. It holds plain keys, in memory, for as long as their prompts are open.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keystile_keychain::Keychain;
use keystile_keys::{Clock, KeyId, Timestamp};
use keystile_store::Store;
use tokio::sync::Notify;

use crate::claim::Claim;
use crate::clipboard::Clipboard;
use crate::clipboard_hold::Held;
use crate::error::RegistryError;
use crate::open_trials::Trials;
use crate::prompt::OpenPrompts;

/// Decides, for every program.
pub struct Registry {
    pub(crate) store: Store,
    pub(crate) keychain: Keychain,
    pub(crate) clipboard: Arc<dyn Clipboard>,
    pub(crate) clock: Clock,
    pub(crate) prompts: OpenPrompts,
    pub(crate) trials: Trials,
    /// One issue at a time: a submission that is sent twice at once finds what the first one made.
    pub(crate) issuing: tokio::sync::Mutex<()>,
    /// Keys whose saving was begun and has no known end: it may still happen, at any time.
    saving: Mutex<HashSet<KeyId>>,
    claim: Mutex<Option<Arc<Claim>>>,
    held: Mutex<Held>,
    sweep_wanted: Notify,
}

impl Registry {
    /// Over an open store.
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
            claim: Mutex::new(None),
            held: Mutex::new(Held::default()),
            sweep_wanted: Notify::new(),
        }
    }

    /// The store below, for whoever keeps its pool or looks at its change counter.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The keychain, for its name and status.
    pub fn keychain(&self) -> &Keychain {
        &self.keychain
    }

    /// Resolves when a verb left something for [`Registry::sweep`] to finish.
    pub async fn sweep_wanted(&self) {
        self.sweep_wanted.notified().await;
    }

    pub(crate) fn want_sweep(&self) {
        self.sweep_wanted.notify_one();
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn directory(&self) -> &Path {
        self.store.directory()
    }

    /// This process's claim, made at the first need and made anew when somebody removed its file.
    pub(crate) fn claim(&self) -> Result<Arc<Claim>, RegistryError> {
        let mut claim = self.claim.lock().unwrap_or_else(PoisonError::into_inner);
        match claim.as_ref().filter(|claim| claim.is_intact()) {
            Some(claim) => Ok(Arc::clone(claim)),
            None => {
                let held = Claim::hold(self.directory()).map_err(RegistryError::ProcessLock)?;
                let held = Arc::new(held);
                *claim = Some(Arc::clone(&held));
                Ok(held)
            }
        }
    }

    /// The name of this process's claim, if it has one.
    pub(crate) fn claim_name(&self) -> Option<String> {
        let claim = self.claim.lock().unwrap_or_else(PoisonError::into_inner);
        claim.as_ref().map(|claim| claim.name().to_owned())
    }

    pub(crate) fn saving(&self) -> MutexGuard<'_, HashSet<KeyId>> {
        self.saving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
