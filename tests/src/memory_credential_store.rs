//! A credential store in memory that fails on request. The mock of keyring-core fails only one call; these tests need a
//! store that stays locked.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, CredentialStore, Entry, Error, Result};
use keystile_keychain::Keychain;

/// How the credential store fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fault {
    /// It works.
    #[default]
    None,
    /// There is no store.
    Absent,
    /// The store is locked and stays so.
    Locked,
    /// The store is unlocked; the user denied access.
    Denied,
    /// The secret is longer than the store allows.
    TooLong,
    /// The platform reports a failure.
    PlatformFailure,
    /// Calls block until the fault changes, then do their work.
    Hang,
}

/// Service and user.
pub type Address = (String, String);

#[derive(Debug, Default)]
struct Content {
    fault: Fault,
    entries: HashMap<Address, Vec<u8>>,
    /// The results of the probe, one for each write.
    probed: Vec<bool>,
}

/// Runs before each write.
type Probe = Box<dyn Fn() -> bool + Send + Sync>;

#[derive(Default)]
struct Shared {
    content: Mutex<Content>,
    changed: Condvar,
    probe: Mutex<Option<Probe>>,
}

/// Keeps secrets by service and user. Clones share their content.
#[derive(Clone, Default)]
pub struct MemoryCredentialStore(Arc<Shared>);

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

    /// Fails this way from the next call on.
    pub fn set_fault(&self, fault: Fault) {
        self.content().fault = fault;
        self.0.changed.notify_all();
    }

    /// Returns all secrets with their addresses.
    pub fn entries(&self) -> Vec<(Address, String)> {
        self.content()
            .entries
            .iter()
            .map(|(address, bytes)| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                (address.clone(), text)
            })
            .collect()
    }

    /// Replaces every secret, as another program could.
    pub fn overwrite_all(&self, text: &str) {
        for bytes in self.content().entries.values_mut() {
            *bytes = text.as_bytes().to_vec();
        }
    }

    /// Removes every secret, as another program could.
    pub fn empty(&self) {
        self.content().entries.clear();
    }

    /// Calls `probe` before every write.
    pub fn probe_writes(&self, probe: impl Fn() -> bool + Send + Sync + 'static) {
        *self.0.probe.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(probe));
    }

    /// Returns the results of the probe, one for each write.
    pub fn probed(&self) -> Vec<bool> {
        self.content().probed.clone()
    }

    /// Returns a keychain on this store, with a timeout of 300 ms.
    pub fn keychain(&self) -> Keychain {
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

    /// Applies the fault, or does the work.
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
