//! A credential store in memory that can be locked, absent, refusing, broken or hung, and changed while the program
//! runs. keyring-core's own mock fails one call at most; these tests need one that stays locked.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, CredentialStore, Entry, Error, Result};
use keystile_keychain::Keychain;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    None,
    Absent,
    Locked,
    /// Unlocked, and somebody said no.
    Denied,
    TooLong,
    PlatformFailure,
    /// Calls wait until the fault changes, and then do what they were asked.
    Hang,
}

type Address = (String, String);

#[derive(Debug, Default)]
struct Content {
    fault: Fault,
    entries: HashMap<Address, Vec<u8>>,
    /// What the probe saw before each write.
    probed: Vec<bool>,
}

/// Looks at the app in the moment before something is written into the store.
type Probe = Box<dyn Fn() -> bool + Send + Sync>;

#[derive(Default)]
struct Shared {
    content: Mutex<Content>,
    changed: Condvar,
    probe: Mutex<Option<Probe>>,
}

#[derive(Clone, Default)]
pub(crate) struct MemoryCredentialStore(Arc<Shared>);

fn cause() -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(std::io::Error::other("made to fail"))
}

impl MemoryCredentialStore {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.0
            .content
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_fault(&self, fault: Fault) {
        self.content().fault = fault;
        self.0.changed.notify_all();
    }

    pub(crate) fn entries(&self) -> Vec<(Address, String)> {
        self.content()
            .entries
            .iter()
            .map(|(address, bytes)| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                (address.clone(), text)
            })
            .collect()
    }

    /// What another program does to every entry.
    pub(crate) fn overwrite_all(&self, text: &str) {
        for bytes in self.content().entries.values_mut() {
            *bytes = text.as_bytes().to_vec();
        }
    }

    /// What another program does: removes everything.
    pub(crate) fn empty(&self) {
        self.content().entries.clear();
    }

    /// Asks `probe` before every write.
    pub(crate) fn probe_writes(&self, probe: impl Fn() -> bool + Send + Sync + 'static) {
        *self.0.probe.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(probe));
    }

    pub(crate) fn probed(&self) -> Vec<bool> {
        self.content().probed.clone()
    }

    pub(crate) fn keychain(&self) -> Keychain {
        let store = self.clone();
        Keychain::with_opener(move || match store.fault() {
            Fault::Absent => Err(Error::NoDefaultStore),
            Fault::Locked => Err(Error::NoStorageAccess(cause())),
            _ => Ok(Arc::new(store.clone()) as Arc<CredentialStore>),
        })
        .with_timeout(Duration::from_millis(300))
    }

    fn fault(&self) -> Fault {
        self.content().fault
    }

    /// Waits while hung, fails as the fault says, otherwise does the work.
    fn call<T>(&self, work: impl FnOnce(&mut HashMap<Address, Vec<u8>>) -> Result<T>) -> Result<T> {
        let mut content = self
            .0
            .changed
            .wait_while(self.content(), |content| content.fault == Fault::Hang)
            .unwrap_or_else(PoisonError::into_inner);
        match content.fault {
            Fault::None | Fault::Hang => work(&mut content.entries),
            Fault::Absent => Err(Error::NoDefaultStore),
            Fault::Locked | Fault::Denied => Err(Error::NoStorageAccess(cause())),
            Fault::TooLong => Err(Error::TooLong("secret".to_owned(), 10)),
            Fault::PlatformFailure => Err(Error::PlatformFailure(cause())),
        }
    }
}

impl std::fmt::Debug for MemoryCredentialStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemoryCredentialStore")
    }
}

impl CredentialStoreApi for MemoryCredentialStore {
    fn vendor(&self) -> String {
        "memory".to_owned()
    }
    fn id(&self) -> String {
        "memory".to_owned()
    }
    fn build(&self, service: &str, user: &str, _: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        Ok(Entry::new_with_credential(Arc::new(MemoryCredential {
            store: self.clone(),
            address: (service.to_owned(), user.to_owned()),
        })))
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct MemoryCredential {
    store: MemoryCredentialStore,
    address: Address,
}

impl CredentialApi for MemoryCredential {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        let probe = self
            .store
            .0
            .probe
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = probe.as_ref().map(|probe| probe()) {
            self.store.content().probed.push(seen);
        }
        drop(probe);
        self.store.call(|entries| {
            entries.insert(self.address.clone(), secret.to_vec());
            Ok(())
        })
    }
    fn get_secret(&self) -> Result<Vec<u8>> {
        self.store
            .call(|entries| entries.get(&self.address).cloned().ok_or(Error::NoEntry))
    }
    fn delete_credential(&self) -> Result<()> {
        self.store.call(|entries| {
            entries
                .remove(&self.address)
                .map(|_| ())
                .ok_or(Error::NoEntry)
        })
    }
    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        Ok(None)
    }
    fn get_specifiers(&self) -> Option<(String, String)> {
        Some(self.address.clone())
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}
