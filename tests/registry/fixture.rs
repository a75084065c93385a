//! What a test needs to begin: a directory, a registry over it, and the made-up outside. A second [`TestApp`] in the same
//! directory is a second process, as far as file locks and SQLite are concerned.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use keystile_keys::{Clock, EnvironmentId, KeyId, Permissions, Stage, State};
use keystile_registry::{EnvironmentInput, IssueRequest, Prompt, Registry, RegistryError};
use keystile_store::{KeyRow, Store, audit_rows};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;

use crate::clipboard::MemoryClipboard;
use crate::credential_store::MemoryCredentialStore;

/// The window that asks.
pub(crate) const MAIN_WINDOW: &str = "main";

pub(crate) struct TestApp {
    pub(crate) registry: Arc<Registry>,
    pub(crate) clipboard: Arc<MemoryClipboard>,
    pub(crate) credentials: MemoryCredentialStore,
    directory: Arc<TempDir>,
}

impl TestApp {
    pub(crate) async fn new() -> Self {
        let directory = Arc::new(tempfile::tempdir().expect("a directory"));
        Self::open(directory, MemoryCredentialStore::default()).await
    }

    /// Another process on the same database and the same credential store.
    pub(crate) async fn second_instance(&self) -> Self {
        Self::open(Arc::clone(&self.directory), self.credentials.clone()).await
    }

    /// Another process, whose keychain answers when this one's hangs, and is empty.
    pub(crate) async fn second_instance_with_new_keychain(&self) -> Self {
        Self::open(
            Arc::clone(&self.directory),
            MemoryCredentialStore::default(),
        )
        .await
    }

    /// This process dies, whatever it was doing; the next one finds what it left behind.
    pub(crate) async fn restart_after_crash(self) -> Self {
        let Self {
            registry,
            credentials,
            directory,
            ..
        } = self;
        assert_eq!(
            Arc::strong_count(&registry),
            1,
            "nobody else keeps it alive"
        );
        drop(registry);
        Self::open(directory, credentials).await
    }

    async fn open(directory: Arc<TempDir>, credentials: MemoryCredentialStore) -> Self {
        let clipboard = Arc::new(MemoryClipboard::default());
        let path = directory.path().join("keystile");
        let registry = registry_in(&path, &credentials, Arc::clone(&clipboard)).await;
        Self {
            registry: Arc::new(registry),
            clipboard,
            credentials,
            directory,
        }
    }

    /// The store's directory, which it makes itself.
    pub(crate) fn store_path(&self) -> PathBuf {
        self.directory.path().join("keystile")
    }

    pub(crate) fn claims_path(&self) -> PathBuf {
        self.store_path().join("claims")
    }

    /// An environment of this name in a project of its own.
    pub(crate) async fn create_environment(&self, name: &str, stage: Stage) -> EnvironmentId {
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

    pub(crate) async fn staging_environment(&self) -> EnvironmentId {
        self.create_environment("staging", Stage::Staging).await
    }

    pub(crate) async fn issue_key(&self, environment: EnvironmentId, name: &str) -> Prompt {
        self.registry
            .issue(MAIN_WINDOW, &issue_request(environment, name))
            .await
            .expect("a key")
    }

    /// A key that was issued, copied and closed.
    pub(crate) async fn active_key(&self, environment: EnvironmentId, name: &str) -> KeyId {
        let prompt = self.issue_key(environment, name).await;
        self.copy_key(&prompt).await;
        self.close_prompt(&prompt).await;
        prompt.key.id
    }

    pub(crate) async fn copy_key(&self, prompt: &Prompt) -> Prompt {
        self.registry
            .copy(MAIN_WINDOW, &prompt.ticket)
            .await
            .expect("a copy")
    }

    pub(crate) async fn close_prompt(&self, prompt: &Prompt) {
        self.registry
            .close(MAIN_WINDOW, &prompt.ticket)
            .await
            .expect("a closed prompt");
    }

    pub(crate) async fn key_row(&self, id: KeyId) -> KeyRow {
        let mut connection = self.registry.store().read().await.expect("a connection");
        KeyRow::find(&mut connection, id)
            .await
            .expect("a readable row")
            .expect("a key's row is never deleted")
    }

    pub(crate) async fn key_state(&self, id: KeyId) -> State {
        self.key_row(id).await.state
    }

    /// The written actions of all audit rows, after the chain was checked.
    pub(crate) async fn audit_actions(&self) -> Vec<String> {
        let store = self.registry.store();
        let check = store.check_audit().await.expect("a check");
        assert!(
            check.is_intact(),
            "whatever happens, the log agrees: {check:?}"
        );
        let mut connection = store.read().await.expect("a connection");
        let rows = audit_rows(&mut connection, 0).await.expect("rows");
        rows.into_iter().map(|row| row.action).collect()
    }

    pub(crate) async fn count_audit(&self, action: &str) -> usize {
        let actions = self.audit_actions().await;
        actions.iter().filter(|known| *known == action).count()
    }

    /// A connection of another program.
    pub(crate) async fn raw_connection(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.registry.store().path())
            .connect()
            .await
            .expect("a connection")
    }

    /// Makes every write fail at once, until [`TestApp::make_writable`].
    pub(crate) async fn make_read_only(&self) {
        self.set_query_only("ON").await;
    }

    pub(crate) async fn make_writable(&self) {
        self.set_query_only("OFF").await;
    }

    /// On every connection of the pool, so that it does not matter which one is used.
    async fn set_query_only(&self, value: &str) {
        let pool = self.registry.store().pool();
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
}

pub(crate) async fn registry_in(
    directory: &Path,
    credentials: &MemoryCredentialStore,
    clipboard: Arc<MemoryClipboard>,
) -> Registry {
    let store = Store::open(directory, "test").await.expect("a store");
    Registry::new(store, credentials.keychain(), clipboard, Clock::system())
}

pub(crate) fn environment_input(name: &str, stage: Stage) -> EnvironmentInput {
    EnvironmentInput {
        name: name.to_owned(),
        stage,
        prefix: None,
        endpoint: None,
        key_location: None,
    }
}

/// A submission of its own, named after the key.
pub(crate) fn issue_request(environment: EnvironmentId, name: &str) -> IssueRequest {
    IssueRequest {
        environment_id: environment,
        name: name.to_owned(),
        permissions: Permissions::READ,
        idempotency_key: format!("{environment}-{name}"),
    }
}

/// The plain text of a prompt that shows one.
pub(crate) fn plain_key(prompt: &Prompt) -> String {
    prompt
        .plain
        .as_ref()
        .expect("a living key is shown")
        .to_string()
}

/// The code of a refusal.
#[track_caller]
pub(crate) fn error_code<T>(result: Result<T, RegistryError>) -> &'static str {
    result.err().map_or("done", |error| error.code())
}
