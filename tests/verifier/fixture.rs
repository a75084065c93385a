//! A store with keys that cost little to prove, verifiers over it, and a registry that decides about them. The folder is
//! thrown away; everything in it is real.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use keystile_keychain::Keychain;
use keystile_keys::{
    Clock, EnvironmentId, KeyId, Name, Permission, Permissions, PlainKey, Prefix, ProjectId,
    Secret, SecretHash, Stage, State, Timestamp, os_random,
};
use keystile_registry::{NoClipboard, Registry};
use keystile_store::{
    Action, AuditEntry, DATABASE_FILE, EnvironmentChange, NewEnvironment, NewKey, Store, Write,
};
use keystile_verifier::{Builder, DenyReason, Error, Verification, Verifier};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

pub(crate) struct VerifierFixture {
    pub(crate) store: Store,
    pub(crate) project: ProjectId,
    pub(crate) environment: EnvironmentId,
    pub(crate) prefix: Prefix,
    pub(crate) registry: Registry,
    count: AtomicUsize,
    directory: TempDir,
}

/// A key and its text.
pub(crate) struct IssuedKey {
    pub(crate) id: KeyId,
    pub(crate) text: String,
}

/// How a key's secret is hashed.
#[derive(Clone, Copy)]
pub(crate) enum HashCost {
    /// For tests that are not about Argon2id.
    Cheap,
    /// As the registry does.
    Real,
}

impl VerifierFixture {
    pub(crate) async fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("keystile");
        let store = Store::open(&path, "test").await.expect("a store");
        let registry = registry_in(&path).await;
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
            directory,
        }
    }

    /// Another environment of the same project.
    pub(crate) async fn create_environment(&self, name: &str, prefix: &str) -> EnvironmentId {
        let mut write = self.store.write().await.expect("a transaction");
        let prefix = Prefix::parse(prefix).expect("a prefix");
        let id = add_environment(&mut write, &self.project, name, &prefix).await;
        write.commit().await.expect("stored");
        id
    }

    pub(crate) fn store_path(&self) -> PathBuf {
        self.directory.path().join("keystile")
    }

    pub(crate) fn database_path(&self) -> PathBuf {
        self.store_path().join(DATABASE_FILE)
    }

    /// A place beside the store, thrown away with it.
    pub(crate) fn temp_path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A registry of a program that begins now.
    pub(crate) async fn open_registry(&self) -> Registry {
        registry_in(&self.store_path()).await
    }

    pub(crate) async fn open_verifier(&self) -> Verifier {
        Verifier::open(&self.store_path())
            .await
            .expect("a verifier")
    }

    pub(crate) async fn open_verifier_with(&self, builder: Builder) -> Verifier {
        builder.open(&self.store_path()).await.expect("a verifier")
    }

    /// One active key that may write.
    pub(crate) async fn issue_key(&self) -> IssuedKey {
        self.issue_keys(1, HashCost::Cheap).await.remove(0)
    }

    /// So many active keys that may write.
    pub(crate) async fn issue_keys(&self, count: usize, cost: HashCost) -> Vec<IssuedKey> {
        let made = make(&self.prefix, count, cost);
        let mut write = self.store.write().await.expect("a transaction");
        let mut issued = Vec::with_capacity(count);
        for (plain, hash) in made {
            self.add(
                &mut write,
                &plain,
                &hash,
                Permissions::READ_WRITE,
                State::Active,
            )
            .await;
            issued.push(IssuedKey {
                id: plain.id(),
                text: plain.expose().to_owned(),
            });
        }
        write.commit().await.expect("stored");
        issued
    }

    /// One key in this state with these permissions.
    pub(crate) async fn issue_key_with_state(
        &self,
        state: State,
        permissions: Permissions,
    ) -> IssuedKey {
        let (plain, hash) = make(&self.prefix, 1, HashCost::Cheap).remove(0);
        let mut write = self.store.write().await.expect("a transaction");
        self.add(&mut write, &plain, &hash, permissions, state)
            .await;
        write.commit().await.expect("stored");
        IssuedKey {
            id: plain.id(),
            text: plain.expose().to_owned(),
        }
    }

    async fn add(
        &self,
        write: &mut Write<'_>,
        plain: &PlainKey,
        hash: &SecretHash,
        permissions: Permissions,
        state: State,
    ) {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let name = Name::parse(&format!("key {number}")).expect("a name");
        let id = plain.id();
        let new = NewKey {
            id: plain.id(),
            environment_id: self.environment,
            name: &name,
            permissions,
            lock_file: "",
            idempotency_key: id.as_str(),
            hash,
            tag: &plain.secret().tag(self.store.install_key()),
        };
        write.add_key(&new, NOW).await.expect("a row");
        if state != State::Pending {
            write
                .set_key_state(plain.id(), state, NOW)
                .await
                .expect("a row");
        }
        let entry = AuditEntry::new(Action::KeyIssued)
            .project(&self.project)
            .environment(&self.environment)
            .key(plain.id());
        write.record(NOW, entry).await.expect("a row");
    }

    /// A connection of another program.
    pub(crate) async fn raw_connection(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.database_path())
            .connect()
            .await
            .expect("a connection")
    }

    /// What a check of this key for writing in its environment says: `accepted`, a refusal or an error's code.
    pub(crate) async fn outcome(&self, verifier: &Verifier, text: &str) -> &'static str {
        outcome_code(
            &verifier
                .verify(text, &self.environment, Permission::Write, NOW)
                .await,
        )
    }

    /// Waits until a check says this, and says how long it took.
    pub(crate) async fn wait_for_outcome(
        &self,
        verifier: &Verifier,
        text: &str,
        wanted: &str,
    ) -> Duration {
        let begun = Instant::now();
        loop {
            let said = self.outcome(verifier, text).await;
            if said == wanted {
                return begun.elapsed();
            }
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "after 10 s it still says {said}, not {wanted}"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

async fn registry_in(path: &Path) -> Registry {
    Registry::new(
        Store::open(path, "test").await.expect("a store"),
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
        change: EnvironmentChange {
            name: &Name::parse(name).expect("a name"),
            stage: Stage::Staging,
            prefix,
            endpoint: Some("http://localhost:8000"),
            key_location: &keystile_policy::KeyLocation::Default,
        },
    };
    write.add_environment(&new, NOW).await.expect("a row");
    let entry = AuditEntry::new(Action::EnvironmentCreated)
        .project(project)
        .environment(&id);
    write.record(NOW, entry).await.expect("a row");
    id
}

/// Keys with their hashes, made on two threads.
fn make(prefix: &Prefix, count: usize, cost: HashCost) -> Vec<(PlainKey, SecretHash)> {
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

/// A well-formed key with this id and another secret.
pub(crate) fn forge_key_with_id(prefix: &Prefix, id: KeyId) -> String {
    let other = PlainKey::generate(prefix, &mut os_random()).expect("a key");
    let text = other.expose().replacen(other.id().as_str(), id.as_str(), 1);
    let body = &text[..text.len() - 6];
    format!("{body}{}", checksum(body))
}

/// A well-formed key that nobody issued.
pub(crate) fn unissued_key(prefix: &Prefix) -> String {
    let plain = PlainKey::generate(prefix, &mut os_random()).expect("a key");
    plain.expose().to_owned()
}

/// The last six characters of a key: CRC-32 in base62.
pub(crate) fn checksum(body: &str) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut number = crc32fast::hash(body.as_bytes());
    let mut characters = [0u8; 6];
    for character in characters.iter_mut().rev() {
        *character = ALPHABET[(number % 62) as usize];
        number /= 62;
    }
    String::from_utf8_lossy(&characters).into_owned()
}

pub(crate) fn outcome_code(result: &Result<Verification, Error>) -> &'static str {
    match result {
        Ok(verification) => verification.reason().map_or("accepted", DenyReason::as_str),
        Err(error) => error.code(),
    }
}

/// Runs a test of this program in another process, with something to say to it.
pub(crate) fn run_in_subprocess(test: &str, database: &Path) -> String {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("KEYSTILE_TEST_DATABASE", database)
        .output()
        .expect("another process");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "the other process failed: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

/// Where the other process finds the database; nothing when it was not started by a test.
pub(crate) fn subprocess_database() -> Option<PathBuf> {
    std::env::var_os("KEYSTILE_TEST_DATABASE").map(PathBuf::from)
}
