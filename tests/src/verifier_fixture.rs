//! A store whose keys have cheap hashes, verifiers on it, and a registry.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use keystile_keychain::Keychain;
use keystile_keys::{
    Clock, EnvironmentId, KeyId, Name, Permission, Permissions, PlainKey, Prefix, ProjectId,
    Secret, SecretHash, Stage, State, os_random,
};
use keystile_registry::{NoClipboard, Registry};
use keystile_store::{
    Action, AuditEntry, EnvironmentChange, KeyDetails, NewEnvironment, NewKey, NewSecret, Store,
    Write,
};
use keystile_verifier::{Builder, DenyReason, Error, Verification, Verifier};
use sqlx::SqliteConnection;

use crate::diagnostic::error_code;
pub use crate::temp_store::NOW;
use crate::temp_store::TempStore;

/// A project with one environment.
pub struct VerifierFixture {
    /// A handle on the store.
    pub store: Store,
    /// The project.
    pub project: ProjectId,
    /// Its environment.
    pub environment: EnvironmentId,
    /// The prefix of the environment's keys.
    pub prefix: Prefix,
    /// A registry on the store.
    pub registry: Registry,
    count: AtomicUsize,
    temp: TempStore,
}

/// A key and its plain text.
pub struct IssuedKey {
    /// The key's id.
    pub id: KeyId,
    /// The plain key.
    pub text: String,
}

/// The cost of a secret's hash.
#[derive(Clone, Copy)]
pub enum HashCost {
    /// For tests that are not about Argon2id.
    Cheap,
    /// The registry's.
    Real,
}

impl VerifierFixture {
    /// Creates the store, the project, and the environment.
    pub async fn new() -> Self {
        let temp = TempStore::new();
        let store = temp.open().await;
        let registry = open_registry(&temp).await;
        let project = ProjectId::generate(&mut os_random()).expect("an id");
        let prefix = Prefix::parse("ks_stag").expect("a prefix");
        let mut write = store.write().await.expect("a transaction");
        let name = Name::parse("Shop").expect("a name");
        write
            .add_project(&project, &name, NOW)
            .await
            .expect("a row");
        let environment = add_environment(&mut write, &project, "Staging", &prefix).await;
        let entry = AuditEntry::new(Action::ProjectCreated).project(&project);
        write.record(NOW, entry).await.expect("a row");
        write.commit().await.expect("stored");
        Self {
            store,
            project,
            environment,
            prefix,
            registry,
            count: AtomicUsize::new(0),
            temp,
        }
    }

    /// Adds an environment to the project.
    pub async fn create_environment(&self, name: &str, prefix: &str) -> EnvironmentId {
        let mut write = self.store.write().await.expect("a transaction");
        let prefix = Prefix::parse(prefix).expect("a prefix");
        let id = add_environment(&mut write, &self.project, name, &prefix).await;
        write.commit().await.expect("stored");
        id
    }

    /// Returns the temporary directory or database of the store.
    pub fn temp(&self) -> &TempStore {
        &self.temp
    }

    /// See [`TempStore::run_sql`].
    pub async fn run_sql(&self, statements: &str) {
        self.temp.run_sql(statements).await;
    }

    /// Returns the path of the store's directory.
    pub fn store_path(&self) -> PathBuf {
        self.temp.store_path()
    }

    /// Returns the path of the database file.
    pub fn database_path(&self) -> PathBuf {
        self.temp.database_path()
    }

    /// Returns a path beside the store.
    pub fn temp_path(&self, name: &str) -> PathBuf {
        self.temp.temp_path(name)
    }

    /// Returns whether another process can begin a write transaction. `program` is the path of the binary `try_write`.
    pub fn can_other_process_write(&self, program: &str) -> bool {
        self.temp.can_other_process_write(program)
    }

    /// Opens another registry on the store.
    pub async fn open_registry(&self) -> Registry {
        open_registry(&self.temp).await
    }

    /// Opens a verifier on the store.
    pub async fn open_verifier(&self) -> Verifier {
        self.open_verifier_with(Verifier::builder()).await
    }

    /// Opens a verifier on the store with these settings.
    pub async fn open_verifier_with(&self, builder: Builder) -> Verifier {
        open_verifier_at(&self.temp, builder).await
    }

    /// Adds an active key with permission to write.
    pub async fn issue_key(&self) -> IssuedKey {
        self.issue_keys(1, HashCost::Cheap).await.remove(0)
    }

    /// Adds active keys with permission to write.
    pub async fn issue_keys(&self, count: usize, cost: HashCost) -> Vec<IssuedKey> {
        let made = make_keys(&self.prefix, count, cost);
        let mut write = self.store.write().await.expect("a transaction");
        let mut issued = Vec::with_capacity(count);
        let mut entries = Vec::with_capacity(2 * count);
        for (plain, hash) in made {
            let added = self.add(
                &mut write,
                &plain,
                &hash,
                Permissions::READ_WRITE,
                State::Active,
            );
            entries.extend(added.await);
            issued.push(IssuedKey {
                id: plain.id(),
                text: plain.expose().to_owned(),
            });
        }
        let ids: Vec<_> = issued.iter().map(|key| key.id).collect();
        let activated = write.set_key_states(&ids, State::Active, NOW).await;
        activated.expect("rows");
        write.record_all(NOW, entries).await.expect("rows");
        write.commit().await.expect("stored");
        issued
    }

    /// Adds a key in this state with these permissions.
    pub async fn issue_key_with_state(&self, state: State, permissions: Permissions) -> IssuedKey {
        let (plain, hash) = make_keys(&self.prefix, 1, HashCost::Cheap).remove(0);
        let mut write = self.store.write().await.expect("a transaction");
        let entries = self.add(&mut write, &plain, &hash, permissions, state);
        let entries = entries.await;
        if state != State::Pending {
            let set = write.set_key_states(&[plain.id()], state, NOW).await;
            set.expect("a row");
        }
        write.record_all(NOW, entries).await.expect("rows");
        write.commit().await.expect("stored");
        IssuedKey {
            id: plain.id(),
            text: plain.expose().to_owned(),
        }
    }

    /// Adds a pending key and returns its audit rows, which are those of a state. The caller sets that state.
    async fn add(
        &self,
        write: &mut Write<'_>,
        plain: &PlainKey,
        hash: &SecretHash,
        permissions: Permissions,
        state: State,
    ) -> Vec<AuditEntry> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let name = Name::parse(&format!("key {number}")).expect("a name");
        let id = plain.id();
        let new = NewKey {
            id: plain.id(),
            environment_id: self.environment,
            name: &name,
            permissions,
            expires_at: None,
            details: &KeyDetails::default(),
            secret: NewSecret {
                hash,
                tag: &plain.secret().tag(self.store.install_key()),
                overlap: None,
                lock_file: "",
                idempotency_key: id.as_str(),
            },
        };
        let secret = write.add_key(&new, NOW).await.expect("a row");
        if state != State::Pending {
            write.claim_secret(secret, NOW).await.expect("a row");
        }
        let last_action = match state {
            State::Pending => None,
            State::Active => Some(Action::KeyClaimed),
            State::Disabled => Some(Action::KeyDisabled),
            State::Revoked => Some(Action::KeyRevoked),
            State::Expired => Some(Action::KeyExpired),
            State::Unclaimed => Some(Action::KeyUnclaimed),
            State::Discarded => Some(Action::KeyDiscarded),
        };
        let entry = |action| {
            AuditEntry::new(action)
                .project(&self.project)
                .environment(&self.environment)
                .key(plain.id())
        };
        let actions = [Some(Action::KeyIssued), last_action].into_iter().flatten();
        actions.map(entry).collect()
    }

    /// Opens a plain SQLite connection, as another program would.
    pub async fn raw_connection(&self) -> SqliteConnection {
        self.temp.raw_connection().await
    }

    /// Verifies a key for writing in its environment. Returns `accepted`, the deny reason, or the code of the error.
    pub async fn outcome(&self, verifier: &Verifier, text: &str) -> String {
        outcome_code(
            &verifier
                .verify(text, &self.environment, Permission::Write, NOW)
                .await,
        )
    }

    /// Verifies a key until the outcome is `wanted`, for up to 10 s. Returns how long that took.
    pub async fn wait_for_outcome(
        &self,
        verifier: &Verifier,
        text: &str,
        wanted: &str,
    ) -> Duration {
        let begun = Instant::now();
        loop {
            let outcome = self.outcome(verifier, text).await;
            if outcome == wanted {
                return begun.elapsed();
            }
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "the outcome is still {outcome} after 10 s, not {wanted}"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Opens a verifier on a store that exists.
pub(crate) async fn open_verifier_at(temp: &TempStore, builder: Builder) -> Verifier {
    let store = Store::open_at(&temp.address(), "verifier").await;
    let store = store.expect("a store that exists");
    builder.open_store(store).await.expect("a verifier")
}

async fn open_registry(temp: &TempStore) -> Registry {
    Registry::new(
        temp.open().await,
        Keychain::system(),
        Arc::new(NoClipboard),
        Clock::system(),
    )
}

async fn add_environment(
    write: &mut Write<'_>,
    project: &ProjectId,
    name: &str,
    prefix: &Prefix,
) -> EnvironmentId {
    let id = EnvironmentId::generate(&mut os_random()).expect("an id");
    let new = NewEnvironment {
        id,
        project_id: *project,
        name: &Name::parse(name).expect("a name"),
        change: EnvironmentChange {
            stage: Stage::Staging,
            prefix,
            endpoint: Some("http://localhost:8000"),
            key_location: &keystile_policy::KeyLocation::Default,
            default_days: None,
            max_days: None,
        },
    };
    write.add_environment(&new, NOW).await.expect("a row");
    let entry = AuditEntry::new(Action::EnvironmentCreated)
        .project(project)
        .environment(&id);
    write.record(NOW, entry).await.expect("a row");
    id
}

/// Generates keys and their hashes on two threads.
pub fn make_keys(prefix: &Prefix, count: usize, cost: HashCost) -> Vec<(PlainKey, SecretHash)> {
    let one = || {
        let plain = PlainKey::generate(prefix, &mut os_random()).expect("a key");
        let hash = match cost {
            HashCost::Cheap => cheap_hash(plain.secret()),
            HashCost::Real => plain.secret().hash(&mut os_random()).expect("a hash"),
        };
        (plain, hash)
    };
    let half = count / 2;
    std::thread::scope(|scope| {
        let first = scope.spawn(|| (0..half).map(|_| one()).collect::<Vec<_>>());
        let mut made: Vec<_> = (half..count).map(|_| one()).collect();
        made.extend(first.join().expect("a thread"));
        made
    })
}

fn cheap_hash(secret: &Secret) -> SecretHash {
    let params = Params::new(8, 1, 1, Some(32)).expect("parameters");
    let phc = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(secret.expose(), b"sixteen bytes ok")
        .expect("a hash");
    SecretHash::parse(&phc.to_string()).expect("a hash")
}

/// Returns a well-formed key with this id and another secret.
pub fn forge_key_with_id(prefix: &Prefix, id: KeyId) -> String {
    let other = PlainKey::generate(prefix, &mut os_random()).expect("a key");
    let text = other.expose().replacen(other.id().as_str(), id.as_str(), 1);
    let body = &text[..text.len() - 6];
    format!("{body}{}", checksum(body))
}

/// Returns a well-formed key that was never issued.
pub fn unissued_key(prefix: &Prefix) -> String {
    let plain = PlainKey::generate(prefix, &mut os_random()).expect("a key");
    plain.expose().to_owned()
}

/// Returns the checksum of a key: CRC-32 in base62, six characters.
pub fn checksum(body: &str) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut number = crc32fast::hash(body.as_bytes());
    let mut characters = [0u8; 6];
    for character in characters.iter_mut().rev() {
        *character = ALPHABET[(number % 62) as usize];
        number /= 62;
    }
    String::from_utf8_lossy(&characters).into_owned()
}

/// Returns `accepted`, the deny reason, or the code of the error.
pub fn outcome_code(result: &Result<Verification, Error>) -> String {
    match result {
        Ok(verification) => verification
            .reason()
            .map_or("accepted", DenyReason::as_str)
            .to_owned(),
        Err(error) => error_code(error),
    }
}
