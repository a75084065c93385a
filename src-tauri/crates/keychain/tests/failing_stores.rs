//! Stores with failures that a real one does not produce on demand.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, CredentialStore, Error, mock};
use keystile_keychain::{Entry, Keychain, KeychainError, KeychainStatus, MAX_CALLS};
use miette::Diagnostic;
use zeroize::Zeroizing;

fn entry() -> Entry {
    Entry {
        service: "keystile/EEEEEEEEEEEE".to_owned(),
        user: "KKKKKKKKKKKK".to_owned(),
        label: "ci-writer (Acme Shop / staging)".to_owned(),
    }
}

fn secret() -> Zeroizing<String> {
    Zeroizing::new("ks_stag_not_a_key".to_owned())
}

fn access(words: &str) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(std::io::Error::other(words.to_owned()))
}

/// Returns a store whose next call fails with `error`, and a keychain that uses it.
fn failing_with(error: Error) -> (Keychain, Arc<mock::Store>) {
    let store = mock::Store::new().expect("a mock store");
    fail_next(&store, error);
    let opened = Arc::clone(&store);
    let keychain = Keychain::with_opener(move || Ok(Arc::clone(&opened) as Arc<CredentialStore>));
    (keychain, store)
}

fn fail_next(store: &mock::Store, error: Error) {
    let credential = store
        .build(&entry().service, &entry().user, None)
        .expect("a mock credential");
    credential
        .as_any()
        .downcast_ref::<mock::Cred>()
        .expect("the mock's own credential")
        .set_error(error);
}

#[tokio::test]
async fn secret_is_stored_read_and_removed() {
    let store = mock::Store::new().expect("a mock store");
    let keychain = Keychain::with_opener(move || Ok(Arc::clone(&store) as Arc<CredentialStore>));
    assert_eq!(
        keychain.get(&entry()).await,
        Err(KeychainError::NoEntry),
        "the store is empty"
    );
    assert_eq!(keychain.set(&entry(), secret()).await, Ok(()));
    assert_eq!(
        keychain.get(&entry()).await,
        Ok(secret()),
        "the stored secret must be returned"
    );
    assert_eq!(keychain.remove(&entry()).await, Ok(()));
    assert_eq!(
        keychain.remove(&entry()).await,
        Ok(()),
        "removing a missing entry must succeed"
    );
    assert_eq!(keychain.get(&entry()).await, Err(KeychainError::NoEntry));
    assert_eq!(
        keychain.status().await,
        KeychainStatus::Ready,
        "a store that opens must be ready"
    );
}

#[tokio::test]
async fn denied_access_to_unlocked_store_is_access_denied() {
    let (keychain, _) = failing_with(Error::NoStorageAccess(access("denied by the user")));
    let error = keychain.set(&entry(), secret()).await;
    assert_eq!(
        error,
        Err(KeychainError::AccessDenied),
        "an unlocked store that fails denies access"
    );
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Ok(()),
        "a denied call must not affect later ones"
    );
}

#[tokio::test]
async fn long_secret_is_rejected() {
    let (keychain, _) = failing_with(Error::TooLong("secret".to_owned(), 2560));
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Err(KeychainError::TooLong)
    );
}

#[tokio::test]
async fn error_of_damaged_entry_contains_no_secret() {
    let bytes = b"\xffks_stag".to_vec();
    let (keychain, _) = failing_with(Error::BadEncoding(bytes.clone()));
    assert_eq!(keychain.get(&entry()).await, Err(KeychainError::Failed));
    let (keychain, store) = failing_with(Error::BadDataFormat(bytes.clone(), access("damaged")));
    assert_eq!(keychain.get(&entry()).await, Err(KeychainError::Failed));
    store
        .build(&entry().service, &entry().user, None)
        .and_then(|credential| credential.set_secret(&bytes))
        .expect("the mock stores any bytes");
    assert_eq!(
        keychain.get(&entry()).await,
        Err(KeychainError::Failed),
        "invalid UTF-8"
    );
}

#[tokio::test]
async fn open_error_determines_status() {
    let absent = Keychain::with_opener(|| Err(Error::NoDefaultStore));
    assert_eq!(absent.status().await, KeychainStatus::Unavailable);
    assert_eq!(
        absent.set(&entry(), secret()).await,
        Err(KeychainError::Unavailable)
    );
    let locked = Keychain::with_opener(|| Err(Error::NoStorageAccess(access("locked"))));
    assert_eq!(locked.status().await, KeychainStatus::Locked);
    assert_eq!(locked.get(&entry()).await, Err(KeychainError::Locked));
    let broken = Keychain::with_opener(|| Err(Error::PlatformFailure(access("broken"))));
    assert_eq!(broken.status().await, KeychainStatus::Failed);
    assert_eq!(
        broken.remove(&entry()).await,
        Err(KeychainError::Failed),
        "a failed removal must be reported"
    );
}

#[tokio::test]
async fn platform_failure_is_retried_with_a_new_store() {
    let opened = Arc::new(AtomicUsize::new(0));
    let store = mock::Store::new().expect("a mock store");
    let keychain = {
        let (opened, store) = (Arc::clone(&opened), Arc::clone(&store));
        Keychain::with_opener(move || {
            opened.fetch_add(1, Ordering::SeqCst);
            Ok(Arc::clone(&store) as Arc<CredentialStore>)
        })
    };
    assert_eq!(keychain.set(&entry(), secret()).await, Ok(()));
    assert_eq!(keychain.get(&entry()).await, Ok(secret()));
    assert_eq!(
        opened.load(Ordering::SeqCst),
        1,
        "a working store must stay open"
    );
    fail_next(
        &store,
        Error::PlatformFailure(access("the daemon was restarted")),
    );
    assert_eq!(
        keychain.get(&entry()).await,
        Ok(secret()),
        "the call must be retried"
    );
    assert_eq!(
        opened.load(Ordering::SeqCst),
        2,
        "the failed store must be closed"
    );
}

#[tokio::test]
async fn store_is_opened_lazily_and_again_after_failure() {
    let works = Arc::new(AtomicBool::new(false));
    let store = mock::Store::new().expect("a mock store");
    let keychain = {
        let works = Arc::clone(&works);
        Keychain::with_opener(move || {
            if works.load(Ordering::SeqCst) {
                Ok(Arc::clone(&store) as Arc<CredentialStore>)
            } else {
                Err(Error::NoDefaultStore)
            }
        })
    };
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Err(KeychainError::Unavailable)
    );
    works.store(true, Ordering::SeqCst);
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Ok(()),
        "the store must be opened again"
    );
}

/// A store whose calls hang until the gate is opened.
#[derive(Clone, Default)]
struct Hanging(Arc<(Mutex<bool>, Condvar)>);

impl Hanging {
    fn open_gate(&self) {
        *self.0.0.lock().expect("no test thread panicked") = true;
        self.0.1.notify_all();
    }

    fn wait(&self) {
        let open = self.0.0.lock().expect("no test thread panicked");
        drop(
            self.0
                .1
                .wait_while(open, |open| !*open)
                .expect("no test thread panicked"),
        );
    }
}

impl CredentialApi for Hanging {
    fn set_secret(&self, _: &[u8]) -> keyring_core::Result<()> {
        self.wait();
        Ok(())
    }
    fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
        self.wait();
        Ok(secret().as_bytes().to_vec())
    }
    fn delete_credential(&self) -> keyring_core::Result<()> {
        self.wait();
        Ok(())
    }
    fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
        Ok(None)
    }
    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl CredentialStoreApi for Hanging {
    fn vendor(&self) -> String {
        "hanging".to_owned()
    }
    fn id(&self) -> String {
        "hanging".to_owned()
    }
    fn build(
        &self,
        _: &str,
        _: &str,
        _: Option<&std::collections::HashMap<&str, &str>>,
    ) -> keyring_core::Result<keyring_core::Entry> {
        Ok(keyring_core::Entry::new_with_credential(Arc::new(
            self.clone(),
        )))
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

#[tokio::test]
async fn hanging_call_times_out_and_at_most_four_hang() {
    const LIMIT: Duration = Duration::from_millis(200);
    let store = Hanging::default();
    let opened = store.clone();
    let keychain =
        Keychain::with_opener(move || Ok(Arc::new(opened.clone()) as Arc<CredentialStore>))
            .with_timeout(LIMIT);
    for _ in 0..MAX_CALLS {
        let begun = Instant::now();
        assert_eq!(keychain.get(&entry()).await, Err(KeychainError::Timeout));
        assert!(
            begun.elapsed() >= LIMIT,
            "a call must not fail before its timeout"
        );
    }
    let begun = Instant::now();
    assert_eq!(keychain.get(&entry()).await, Err(KeychainError::Timeout));
    assert!(
        begun.elapsed() < LIMIT / 2,
        "the fifth call must fail immediately"
    );
    assert_eq!(
        keychain.status().await,
        KeychainStatus::Failed,
        "the status must not hang"
    );

    store.open_gate();
    let recovered = async {
        while keychain.get(&entry()).await != Ok(secret()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), recovered)
        .await
        .expect("the keychain must work after the calls end");
}

#[tokio::test]
async fn concurrent_calls_on_hanging_store_time_out() {
    let store = Hanging::default();
    let opened = store.clone();
    let keychain =
        Keychain::with_opener(move || Ok(Arc::new(opened.clone()) as Arc<CredentialStore>))
            .with_timeout(Duration::from_millis(200));
    let begun = Instant::now();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let keychain = keychain.clone();
            tokio::spawn(async move { keychain.get(&entry()).await })
        })
        .collect();
    for call in calls {
        assert_eq!(
            call.await.expect("no call panics"),
            Err(KeychainError::Timeout)
        );
    }
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "the timeout must include the wait for a permit"
    );
    store.open_gate();
}

#[tokio::test]
async fn panicking_store_fails_and_is_reopened() {
    let panicked = Arc::new(AtomicBool::new(false));
    let store = mock::Store::new().expect("a mock store");
    let keychain = Keychain::with_opener(move || {
        assert!(
            panicked.swap(true, Ordering::SeqCst),
            "the first open panics"
        );
        Ok(Arc::clone(&store) as Arc<CredentialStore>)
    });
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Err(KeychainError::Failed)
    );
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Ok(()),
        "a panic must not affect later calls"
    );
}

#[test]
fn every_error_has_code_message_and_help() {
    use KeychainError::*;
    for error in [
        Unavailable,
        NoDefaultKeyring,
        Locked,
        AccessDenied,
        Timeout,
        TooLong,
        NoEntry,
        Failed,
    ] {
        assert!(
            error
                .code()
                .is_some_and(|code| code.to_string().starts_with("keychain_")),
            "{error:?} needs a keychain code"
        );
        let message = error.to_string();
        assert!(
            message.len() > 20 && message.ends_with('.'),
            "{error:?} needs a sentence"
        );
        assert!(
            error
                .help()
                .is_some_and(|help| help.to_string().ends_with('.')),
            "{error:?} needs a help text"
        );
    }
}
