//! A deployment with an environment, and machines that share it.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use keystile_keychain::Keychain;
use keystile_keys::{
    Clock, EnvironmentId, KeyId, Permission, Permissions, Prefix, ProjectId, Stage, State,
    Timestamp,
};
use keystile_registry::{EnvironmentInput, NoClipboard, Registry};
use keystile_store::{
    Action, AuditEntry, KeyDetails, NewKey, NewSecret, PostgresAddress, Propagation, Store,
    StoreAddress, StoreError,
};
use keystile_test_postgres::TestDatabase;
use keystile_tests::verifier_fixture::{HashCost, make_keys};
use keystile_verifier::{Builder, DenyReason, Verification, Verifier};

/// The time of everything that the fixture writes.
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// A deployment on a database of the test.
pub(crate) struct Fleet {
    pub(crate) database: TestDatabase,
    pub(crate) environment: EnvironmentId,
    /// A store on the first machine.
    pub(crate) store: Store,
    project: ProjectId,
    prefix: Prefix,
    install_key: PathBuf,
    directory: tempfile::TempDir,
}

/// A key and its plain text.
pub(crate) struct Key {
    pub(crate) id: KeyId,
    pub(crate) text: String,
}

impl Fleet {
    /// Creates a deployment with an environment, in a database that its first machine reaches by this URL.
    pub(crate) async fn create_at(database: TestDatabase, url: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let address = address(url, &directory.path().join("first"));
        let created = Store::create_in(&address).await.expect("a store");
        let install_key = created.install_key_file.expect("a new install key");
        let open = || async {
            let address = StoreAddress::Postgres(address.clone());
            Store::open_at(&address, "test").await.expect("a store")
        };
        let registry = Registry::new(
            open().await,
            Keychain::system(),
            Arc::new(NoClipboard),
            Clock::system(),
        );
        let input = EnvironmentInput {
            name: "production".to_owned(),
            stage: Stage::Production,
            prefix: None,
            endpoint: None,
            key_location: None,
            default_days: None,
            max_days: None,
        };
        let created = registry
            .create_project("Shop", Some(&input))
            .await
            .expect("a project");
        let environment = created.environment.expect("an environment");
        Self {
            store: open().await,
            environment: environment.id,
            project: environment.project_id,
            prefix: environment.prefix,
            database,
            install_key,
            directory,
        }
    }

    /// Creates a deployment on the server that all tests share.
    pub(crate) async fn create() -> Self {
        let database = TestDatabase::create();
        let url = database.url();
        Self::create_at(database, &url).await
    }

    /// Returns the path of a file or folder of the test.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Returns the address of the database at a URL, for a machine with this name.
    pub(crate) fn address_of(&self, machine: &str, url: &str) -> PostgresAddress {
        let base = self.directory.path().join(machine);
        let deployment = self.install_key.parent().and_then(Path::file_name);
        let folder = base.join(deployment.expect("a folder of the deployment"));
        create_private(&folder);
        std::fs::copy(&self.install_key, folder.join("install.key")).expect("a copied key");
        address(url, &base)
    }

    /// Opens the store on another machine.
    pub(crate) async fn open_on(&self, machine: &str) -> Store {
        let address = self.address_of(machine, &self.database.url());
        Store::open_at(&StoreAddress::Postgres(address), "test")
            .await
            .expect("a store")
    }

    /// Opens a verifier on another machine.
    pub(crate) async fn verifier_on(&self, machine: &str) -> Verifier {
        let store = self.open_on(machine).await;
        Builder::default()
            .request_log(false)
            .open_store(store)
            .await
            .expect("a verifier")
    }

    /// Adds active keys.
    pub(crate) async fn issue(&self, count: usize) -> Vec<Key> {
        let made = make_keys(&self.prefix, count, HashCost::Cheap);
        let mut write = self.store.write().await.expect("a transaction");
        let mut keys = Vec::with_capacity(count);
        for (plain, hash) in made {
            let id = plain.id();
            let name = keystile_keys::Name::parse(id.as_str()).expect("a name");
            let new = NewKey {
                id,
                environment_id: self.environment,
                name: &name,
                permissions: Permissions::READ_WRITE,
                expires_at: None,
                details: &KeyDetails::default(),
                secret: NewSecret {
                    hash: &hash,
                    tag: &plain.secret().tag(self.store.install_key()),
                    overlap: None,
                    lock_file: "",
                    idempotency_key: id.as_str(),
                },
            };
            let secret = write.add_key(&new, NOW).await.expect("a row");
            write.claim_secret(secret, NOW).await.expect("a row");
            write
                .set_key_states(&[id], State::Active, NOW)
                .await
                .expect("a row");
            let entry = AuditEntry::new(Action::KeyClaimed)
                .project(&self.project)
                .environment(&self.environment)
                .key(id);
            write.record(NOW, entry).await.expect("a row");
            keys.push(Key {
                id,
                text: plain.expose().to_owned(),
            });
        }
        write.commit().await.expect("stored");
        keys
    }

    /// Revokes a key and returns what the commit waited for.
    pub(crate) async fn revoke(&self, store: &Store, key: KeyId) -> Propagation {
        let revoked = self.set_state(store, key, State::Revoked).await;
        let propagation = revoked.expect("a change");
        propagation.expect("a shared store has verifiers")
    }

    /// Changes the state of a key.
    ///
    /// # Errors
    /// The store's own.
    pub(crate) async fn set_state(
        &self,
        store: &Store,
        key: KeyId,
        state: State,
    ) -> Result<Option<Propagation>, StoreError> {
        let action = match state {
            State::Revoked => Action::KeyRevoked,
            State::Disabled => Action::KeyDisabled,
            _ => Action::KeyEnabled,
        };
        let mut write = store.write().await?;
        write.set_key_states(&[key], state, NOW).await?;
        let entry = AuditEntry::new(action)
            .project(&self.project)
            .environment(&self.environment)
            .key(key);
        write.record(NOW, entry).await?;
        write.commit().await
    }

    /// Checks a key. Returns `accepted`, the reason of the denial, or `unavailable`.
    pub(crate) async fn outcome(&self, verifier: &Verifier, key: &Key) -> String {
        let checked = verifier
            .verify(&key.text, &self.environment, Permission::Write, NOW)
            .await;
        match checked {
            Ok(Verification::Accepted(_)) => "accepted".to_owned(),
            Ok(rejected) => rejected
                .reason()
                .map_or("none", DenyReason::as_str)
                .to_owned(),
            Err(_) => "unavailable".to_owned(),
        }
    }
}

fn address(url: &str, base: &Path) -> PostgresAddress {
    PostgresAddress::from_str(url)
        .expect("an address")
        .with_state_directory(base)
}

fn create_private(folder: &Path) {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .expect("a folder");
}
