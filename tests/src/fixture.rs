//! A registry on a temporary store, with a keychain and a clipboard in memory. A second [`TestApp`] on the same store
//! is a second process, as far as locks and databases are concerned.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::path::PathBuf;
use std::sync::Arc;

use keystile_keys::{Clock, EnvironmentId, KeyId, Permissions, Stage, State};
use keystile_registry::{EnvironmentInput, IssueRequest, Prompt, Registry, RegistryError};
use keystile_store::{CommitId, KeyRow, StorePool, UsageWriter, audit_rows};
use keystile_verifier::{Builder, Verifier};
use sqlx::SqliteConnection;

use crate::diagnostic::error_code;
use crate::memory_clipboard::MemoryClipboard;
use crate::memory_credential_store::MemoryCredentialStore;
use crate::temp_store::{TempStore, last_commit};
use crate::verifier_fixture::open_verifier_at;

/// The label of the window that makes the requests.
pub const MAIN_WINDOW: &str = "main";

/// A registry and what it depends on.
pub struct TestApp {
    /// The registry under test.
    pub registry: Arc<Registry>,
    /// Its clipboard.
    pub clipboard: Arc<MemoryClipboard>,
    /// The store behind its keychain.
    pub credentials: MemoryCredentialStore,
    temp: TempStore,
}

impl TestApp {
    /// Creates a store and opens a registry on it.
    pub async fn new() -> Self {
        Self::with_clock(Clock::system()).await
    }

    /// Creates a store and opens a registry on it, whose time a test sets.
    pub async fn with_clock(clock: Clock) -> Self {
        Self::open(TempStore::new(), MemoryCredentialStore::default(), clock).await
    }

    /// Opens another process on the same database and the same credential store.
    pub async fn second_instance(&self) -> Self {
        self.second_instance_with_clock(Clock::system()).await
    }

    /// Opens another process on the same database and the same credential store, whose time a test sets.
    pub async fn second_instance_with_clock(&self, clock: Clock) -> Self {
        Self::open(self.temp.clone(), self.credentials.clone(), clock).await
    }

    /// Opens another process on the same database, with an empty credential store that works.
    pub async fn second_instance_with_new_keychain(&self) -> Self {
        Self::open(
            self.temp.clone(),
            MemoryCredentialStore::default(),
            Clock::system(),
        )
        .await
    }

    /// Opens a process on another machine, which has been given the install key and has a keychain of its own. Only on
    /// PostgreSQL.
    #[cfg(target_os = "linux")]
    pub async fn process_on_second_machine(&self) -> Self {
        Self::open(
            self.temp.on_second_machine(),
            MemoryCredentialStore::default(),
            Clock::system(),
        )
        .await
    }

    /// Drops this process as a crash would, and opens the next one.
    pub async fn restart_after_crash(self) -> Self {
        let Self {
            registry,
            credentials,
            temp,
            ..
        } = self;
        assert_eq!(
            Arc::strong_count(&registry),
            1,
            "no other handle may keep the process alive"
        );
        let locks = temp.count_server_locks().await;
        let has_lock = registry.store().is_shared() && locks > 0;
        drop(registry);
        if has_lock {
            temp.wait_for_server_locks(locks - 1).await;
        }
        Self::open(temp, credentials, Clock::system()).await
    }

    async fn open(temp: TempStore, credentials: MemoryCredentialStore, clock: Clock) -> Self {
        let clipboard = Arc::new(MemoryClipboard::default());
        let registry = Registry::new(
            temp.open().await,
            credentials.keychain(),
            Arc::clone(&clipboard) as _,
            clock,
        );
        Self {
            registry: Arc::new(registry),
            clipboard,
            credentials,
            temp,
        }
    }

    /// Returns the temporary directory with the store.
    pub fn temp(&self) -> &TempStore {
        &self.temp
    }

    /// Returns the path of the store's directory.
    pub fn store_path(&self) -> PathBuf {
        self.temp.store_path()
    }

    /// Returns the directory of the process locks.
    pub fn locks_path(&self) -> PathBuf {
        self.store_path().join("locks")
    }

    /// Creates an environment in its own project.
    pub async fn create_environment(&self, name: &str, stage: Stage) -> EnvironmentId {
        let created = self
            .registry
            .create_project(
                &format!("{name}'s project"),
                Some(&environment_input(name, stage)),
            )
            .await
            .expect("a project");
        created.environment.expect("its first environment").id
    }

    /// Creates a staging environment in its own project.
    pub async fn staging_environment(&self) -> EnvironmentId {
        self.create_environment("staging", Stage::Staging).await
    }

    /// Issues a key for reading; its prompt stays open.
    pub async fn issue_key(&self, environment: EnvironmentId, name: &str) -> Prompt {
        self.registry
            .issue(MAIN_WINDOW, &issue_request(environment, name))
            .await
            .expect("a key")
    }

    /// Issues a key, copies it, and closes its prompt.
    pub async fn active_key(&self, environment: EnvironmentId, name: &str) -> KeyId {
        let prompt = self.issue_key(environment, name).await;
        self.copy_key(&prompt).await;
        self.close_prompt(&prompt).await;
        prompt.key.id
    }

    /// Copies the key of a prompt.
    pub async fn copy_key(&self, prompt: &Prompt) -> Prompt {
        self.registry
            .copy(MAIN_WINDOW, &prompt.ticket)
            .await
            .expect("a copy")
    }

    /// Closes a prompt.
    pub async fn close_prompt(&self, prompt: &Prompt) {
        self.registry
            .close(MAIN_WINDOW, &prompt.ticket)
            .await
            .expect("a closed prompt");
    }

    /// Reads a key's row.
    pub async fn key_row(&self, id: KeyId) -> KeyRow {
        let mut connection = self.registry.store().read().await.expect("a connection");
        KeyRow::find(&mut connection, id)
            .await
            .expect("a readable row")
            .expect("a key's row is never deleted")
    }

    /// Reads a key's state.
    pub async fn key_state(&self, id: KeyId) -> State {
        self.key_row(id).await.state
    }

    /// Verifies the audit chain and returns the action of every row.
    pub async fn audit_actions(&self) -> Vec<String> {
        let store = self.registry.store();
        let check = store.check_audit().await.expect("a check");
        assert!(
            check.is_intact(),
            "the audit chain must be intact: {check:?}"
        );
        let mut connection = store.read().await.expect("a connection");
        let rows = audit_rows(&mut connection, 0).await.expect("rows");
        rows.into_iter().map(|row| row.action).collect()
    }

    /// Counts the audit rows with this action.
    pub async fn count_audit(&self, action: &str) -> usize {
        let actions = self.audit_actions().await;
        actions.iter().filter(|known| *known == action).count()
    }

    /// Opens a plain SQLite connection, as another program would.
    pub async fn raw_connection(&self) -> SqliteConnection {
        self.temp.raw_connection().await
    }

    /// See [`TempStore::run_sql`].
    pub async fn run_sql(&self, statements: &str) {
        self.temp.run_sql(statements).await;
    }

    /// Opens a verifier on the store.
    pub async fn open_verifier(&self) -> Verifier {
        self.open_verifier_with(Verifier::builder()).await
    }

    /// Opens a verifier on the store with these settings.
    pub async fn open_verifier_with(&self, builder: Builder) -> Verifier {
        open_verifier_at(&self.temp, builder).await
    }

    /// Opens the usage counts for writing.
    pub async fn usage_writer(&self) -> UsageWriter {
        UsageWriter::open(self.registry.store())
            .await
            .expect("the usage counts")
    }

    /// Returns the last commit.
    pub async fn last_commit(&self) -> CommitId {
        last_commit(self.registry.store()).await
    }

    /// Returns what an operation returns, and the number of its commits.
    pub async fn count_commits<T>(&self, operation: impl Future<Output = T>) -> (T, i64) {
        let before = self.commits().await;
        let result = operation.await;
        (result, self.commits().await - before)
    }

    /// Returns a number that each commit increases by one.
    async fn commits(&self) -> i64 {
        if !self.temp.is_postgres() {
            return self.last_commit().await.change_counter().into();
        }
        let mut connection = self.temp.foreign_connection().await;
        connection
            .fetch_number("SELECT count(DISTINCT written_by::text) FROM audit")
            .await
    }

    /// Makes every write fail until [`TestApp::make_writable`], with [`TestApp::read_only_code`].
    pub async fn make_read_only(&self) {
        self.set_read_only(true).await;
    }

    /// Undoes [`TestApp::make_read_only`].
    pub async fn make_writable(&self) {
        self.set_read_only(false).await;
    }

    /// Returns the code of the error of a database that cannot be written. A PostgreSQL server that only reads is a standby.
    pub fn read_only_code(&self) -> &'static str {
        match self.temp.is_postgres() {
            true => "standby",
            false => "database_read_only",
        }
    }

    /// Sets it on every connection of the pool, because any may be used.
    async fn set_read_only(&self, is_read_only: bool) {
        let value = if is_read_only { "ON" } else { "OFF" };
        match self.registry.store().pool() {
            StorePool::Sqlite(pool) => {
                let mut connections = Vec::new();
                for _ in 0..pool.options().get_max_connections() {
                    let mut connection = pool.acquire().await.expect("a connection");
                    sqlx::query(&format!("PRAGMA query_only = {value}"))
                        .execute(&mut *connection)
                        .await
                        .expect("a pragma");
                    connections.push(connection);
                }
            }
            StorePool::Postgres(pool) => {
                let mut connections = Vec::new();
                for _ in 0..pool.options().get_max_connections() {
                    let mut connection = pool.acquire().await.expect("a connection");
                    sqlx::query(&format!("SET default_transaction_read_only = {value}"))
                        .execute(&mut *connection)
                        .await
                        .expect("a setting");
                    connections.push(connection);
                }
            }
        }
    }
}

/// Returns an environment with no optional settings.
pub fn environment_input(name: &str, stage: Stage) -> EnvironmentInput {
    EnvironmentInput {
        name: name.to_owned(),
        stage,
        prefix: None,
        endpoint: None,
        key_location: None,
        default_days: None,
        max_days: None,
    }
}

/// Returns a request for a key for reading, with an idempotency key made of its arguments.
pub fn issue_request(environment: EnvironmentId, name: &str) -> IssueRequest {
    IssueRequest::new(
        environment,
        name,
        Permissions::READ,
        &format!("{environment}-{name}"),
    )
}

/// Returns the plain key of a prompt.
pub fn plain_key(prompt: &Prompt) -> String {
    prompt
        .plain
        .as_ref()
        .expect("the prompt shows the plain key")
        .to_string()
}

/// Returns the code of an error, or `done`.
#[track_caller]
pub fn result_code<T>(result: Result<T, RegistryError>) -> String {
    result
        .err()
        .map_or_else(|| "done".to_owned(), |error| error_code(&error))
}
