//! A temporary store of active keys. Their Argon2id parameters are minimal, so that 100,000 keys can be created and
//! verified; product code never writes such hashes.

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use keystile_keys::{
    EnvironmentId, KeyId, Name, Permissions, PlainKey, Prefix, ProjectId, Secret, SecretHash,
    Stage, State, Timestamp, os_random,
};
use keystile_store::{
    Action, AuditEntry, EnvironmentChange, KeyDetails, NewEnvironment, NewKey, NewSecret, Store,
};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};
use tempfile::TempDir;

use crate::measurement::RUNS;

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// The Argon2id parameters of the keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HashCost {
    Minimal,
    Real,
    /// Real for the last [`RUNS`] keys, minimal for the others.
    LastReal,
}

pub(crate) struct TestStore {
    pub(crate) folder: TempDir,
    pub(crate) prefix: Prefix,
    pub(crate) environment: EnvironmentId,
    pub(crate) texts: Vec<String>,
}

/// An environment with active keys.
pub(crate) struct TestKeys {
    pub(crate) project: ProjectId,
    pub(crate) environment: EnvironmentId,
    pub(crate) prefix: Prefix,
    pub(crate) ids: Vec<KeyId>,
    pub(crate) texts: Vec<String>,
}

impl TestStore {
    /// Creates a store with one key, and adds rows with SQL.
    pub(crate) async fn filled(sql: &str) -> (Self, Store) {
        let test_store = Self::with(1, HashCost::Minimal).await;
        let mut connection = SqliteConnectOptions::new()
            .filename(test_store.path().join("keystile.db"))
            .connect()
            .await
            .expect("a connection");
        connection.execute(sql).await.expect("rows");
        let store = Store::open_existing(&test_store.path(), "bench")
            .await
            .expect("a store");
        (test_store, store)
    }

    pub(crate) async fn with(count: usize, cost: HashCost) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("store"), "bench")
            .await
            .expect("a store");
        let keys = TestKeys::add(&store, count, cost).await;
        store.close().await;
        Self {
            folder,
            prefix: keys.prefix,
            environment: keys.environment,
            texts: keys.texts,
        }
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("store")
    }
}

impl TestKeys {
    /// Adds an environment with keys.
    pub(crate) async fn add(store: &Store, count: usize, cost: HashCost) -> Self {
        let project = ProjectId::generate(&mut os_random()).expect("an id");
        let environment = EnvironmentId::generate(&mut os_random()).expect("an id");
        let prefix = Prefix::parse("ks_bench").expect("a prefix");
        let mut write = store.write().await.expect("a transaction");
        let name = Name::parse("Bench").expect("a name");
        write
            .add_project(&project, &name, NOW)
            .await
            .expect("a row");
        let new = NewEnvironment {
            id: environment,
            project_id: project,
            name: &name,
            change: EnvironmentChange {
                stage: Stage::Development,
                prefix: &prefix,
                endpoint: None,
                key_location: &keystile_policy::KeyLocation::Default,
                default_days: None,
                max_days: None,
            },
        };
        write.add_environment(&new, NOW).await.expect("a row");
        let mut texts = Vec::with_capacity(count);
        let mut ids = Vec::with_capacity(count);
        for number in 0..count {
            let plain = PlainKey::generate(&prefix, &mut os_random()).expect("a key");
            let id = plain.id();
            let is_real = match cost {
                HashCost::Minimal => false,
                HashCost::Real => true,
                HashCost::LastReal => number + RUNS >= count,
            };
            let hash = if is_real {
                plain.secret().hash(&mut os_random()).expect("a hash")
            } else {
                cheap_hash(plain.secret())
            };
            let name = Name::parse(&format!("key {number}")).expect("a name");
            let key = NewKey {
                id,
                environment_id: environment,
                name: &name,
                permissions: Permissions::READ_WRITE,
                expires_at: None,
                details: &KeyDetails::default(),
                secret: NewSecret {
                    hash: &hash,
                    tag: &plain.secret().tag(store.install_key()),
                    overlap: None,
                    lock_file: "",
                    idempotency_key: id.as_str(),
                },
            };
            let secret = write.add_key(&key, NOW).await.expect("a row");
            write.claim_secret(secret, NOW).await.expect("a row");
            write
                .set_key_states(&[id], State::Active, NOW)
                .await
                .expect("a row");
            texts.push(plain.expose().to_owned());
            ids.push(id);
        }
        // One audit row is enough: only verification is measured.
        let entry = AuditEntry::new(Action::ProjectCreated).project(&project);
        write.record(NOW, entry).await.expect("a row");
        write.commit().await.expect("stored");
        Self {
            project,
            environment,
            prefix,
            ids,
            texts,
        }
    }
}

/// Generates a well-formed key that is in no store.
pub(crate) fn unissued_key(prefix: &Prefix) -> String {
    PlainKey::generate(prefix, &mut os_random())
        .expect("a key")
        .expose()
        .to_owned()
}

/// Replaces the secret of a key and corrects its checksum.
pub(crate) fn forged_key(text: &str, prefix: &Prefix) -> String {
    let id_start = prefix.as_str().len() + 1;
    let other = unissued_key(prefix);
    let body = format!(
        "{}{}",
        &text[..id_start + 12],
        &other[id_start + 12..other.len() - 6]
    );
    let sum = checksum(&body);
    format!("{body}{sum}")
}

/// Returns the CRC-32 as six base62 characters.
fn checksum(body: &str) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut number = crc32fast::hash(body.as_bytes());
    let mut characters = ['0'; 6];
    for character in characters.iter_mut().rev() {
        *character = ALPHABET[(number % 62) as usize].into();
        number /= 62;
    }
    characters.iter().collect()
}

fn cheap_hash(secret: &Secret) -> SecretHash {
    let params = Params::new(8, 1, 1, Some(32)).expect("parameters");
    let phc = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(secret.expose(), b"sixteen bytes ok")
        .expect("a hash");
    SecretHash::parse(&phc.to_string()).expect("a hash")
}
