//! Stores that fail in ways no real one can be brought to on demand: hanging, refusing, too long, broken, damaged.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, CredentialStore, Error, mock};
use keystile_keychain::{Entry, Keychain, KeychainError, KeychainStatus, MOST_CALLS};
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

/// A store whose next call fails with `error`, and the keychain over it.
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
async fn a_secret_is_set_got_and_removed() {
    let store = mock::Store::new().expect("a mock store");
    let keychain = Keychain::with_opener(move || Ok(Arc::clone(&store) as Arc<CredentialStore>));
    assert_eq!(
        keychain.get(&entry()).await,
        Err(KeychainError::NoEntry),
        "nothing is there yet"
    );
    assert_eq!(keychain.set(&entry(), secret()).await, Ok(()));
    assert_eq!(
        keychain.get(&entry()).await,
        Ok(secret()),
        "what was put in comes back"
    );
    assert_eq!(keychain.remove(&entry()).await, Ok(()));
    assert_eq!(
        keychain.remove(&entry()).await,
        Ok(()),
        "a missing entry is removed already"
    );
    assert_eq!(keychain.get(&entry()).await, Err(KeychainError::NoEntry));
    assert!(
        keychain.is_unlocked().await,
        "a store that opens is unlocked"
    );
}

#[tokio::test]
async fn no_access_to_an_unlocked_store_is_a_refusal() {
    let (keychain, _) = failing_with(Error::NoStorageAccess(access("denied by the user")));
    let error = keychain.set(&entry(), secret()).await;
    assert_eq!(
        error,
        Err(KeychainError::Refused),
        "the store is unlocked, so somebody said no"
    );
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Ok(()),
        "a refusal is not remembered"
    );
}

#[tokio::test]
async fn a_secret_that_is_too_long_is_told_apart() {
    let (keychain, _) = failing_with(Error::TooLong("secret".to_owned(), 2560));
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Err(KeychainError::TooLong)
    );
}

#[tokio::test]
async fn a_damaged_entry_fails_without_its_bytes() {
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
        "bytes that are no text"
    );
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_tells_why() {
    let absent = Keychain::with_opener(|| Err(Error::NoDefaultStore));
    assert_eq!(absent.status().await, KeychainStatus::Absent);
    assert_eq!(
        absent.set(&entry(), secret()).await,
        Err(KeychainError::Absent)
    );
    let locked = Keychain::with_opener(|| Err(Error::NoStorageAccess(access("locked"))));
    assert_eq!(locked.status().await, KeychainStatus::Locked);
    assert_eq!(locked.get(&entry()).await, Err(KeychainError::Locked));
    assert!(!locked.is_unlocked().await, "locked is not unlocked");
    let broken = Keychain::with_opener(|| Err(Error::PlatformFailure(access("broken"))));
    assert_eq!(broken.status().await, KeychainStatus::Failed);
    assert_eq!(
        broken.remove(&entry()).await,
        Err(KeychainError::Failed),
        "not removed, not Ok"
    );
}

#[tokio::test]
async fn a_platform_failure_is_tried_once_more_with_a_store_opened_anew() {
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
        "a store that works is kept"
    );
    fail_next(
        &store,
        Error::PlatformFailure(access("the daemon was restarted")),
    );
    assert_eq!(
        keychain.get(&entry()).await,
        Ok(secret()),
        "the caller does not notice"
    );
    assert_eq!(
        opened.load(Ordering::SeqCst),
        2,
        "the dead store was dropped"
    );
}

#[tokio::test]
async fn a_store_is_not_opened_before_it_is_needed_and_a_failed_start_is_not_remembered() {
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
        Err(KeychainError::Absent)
    );
    works.store(true, Ordering::SeqCst);
    assert_eq!(
        keychain.set(&entry(), secret()).await,
        Ok(()),
        "a late start needs no restart of ours"
    );
}

/// A store whose calls wait until the gate is opened, like one with a dialog nobody answers.
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
async fn a_call_that_hangs_is_given_up_and_at_most_four_are_stuck() {
    const LIMIT: Duration = Duration::from_millis(200);
    let store = Hanging::default();
    let opened = store.clone();
    let keychain =
        Keychain::with_opener(move || Ok(Arc::new(opened.clone()) as Arc<CredentialStore>))
            .with_limit(LIMIT);
    for _ in 0..MOST_CALLS {
        let begun = Instant::now();
        assert_eq!(keychain.get(&entry()).await, Err(KeychainError::Hung));
        assert!(begun.elapsed() >= LIMIT, "a call has its whole time");
    }
    let begun = Instant::now();
    assert_eq!(keychain.get(&entry()).await, Err(KeychainError::Hung));
    assert!(
        begun.elapsed() < LIMIT / 2,
        "with four stuck, the fifth is refused at once"
    );
    assert_eq!(
        keychain.status().await,
        KeychainStatus::Failed,
        "the status does not hang either"
    );

    store.open_gate();
    let recovered = async {
        while keychain.get(&entry()).await != Ok(secret()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), recovered)
        .await
        .expect("when the stuck calls end, the keychain works again");
}

#[tokio::test]
async fn many_calls_at_once_on_a_hanging_store_all_end_in_time() {
    let store = Hanging::default();
    let opened = store.clone();
    let keychain =
        Keychain::with_opener(move || Ok(Arc::new(opened.clone()) as Arc<CredentialStore>))
            .with_limit(Duration::from_millis(200));
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
            Err(KeychainError::Hung)
        );
    }
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "waiting for a place counts as waiting"
    );
    store.open_gate();
}

#[tokio::test]
async fn a_store_that_panics_is_a_failure_and_is_opened_anew() {
    let panicked = Arc::new(AtomicBool::new(false));
    let store = mock::Store::new().expect("a mock store");
    let keychain = Keychain::with_opener(move || {
        assert!(
            panicked.swap(true, Ordering::SeqCst),
            "the first opening panics"
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
        "the panic is not remembered"
    );
}

#[test]
fn every_failure_has_a_code_a_sentence_and_a_next_step() {
    use KeychainError::*;
    for error in [
        Absent,
        NoDefaultKeyring,
        Locked,
        Refused,
        Hung,
        TooLong,
        NoEntry,
        Failed,
    ] {
        assert!(
            error.code().starts_with("keychain_"),
            "{error:?} is of the keychain"
        );
        assert!(error.to_string().len() > 20, "{error:?} has a sentence");
        assert!(error.advice().ends_with('.'), "{error:?} has a next step");
    }
}
