//! What a test needs to begin: a directory, stores in it, and a connection of some other program.

use std::path::{Path, PathBuf};

use keystile_keys::{Name, ProjectId, Timestamp, os_random};
use keystile_store::{Action, AuditEntry, DATABASE_FILE, Store, StoreError, Write};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

pub(crate) struct TempStore(TempDir);

impl TempStore {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    /// The store's directory, which it makes itself.
    pub(crate) fn store_path(&self) -> PathBuf {
        self.0.path().join("keystile")
    }

    /// The same directory, made by the test.
    pub(crate) fn create_store_dir(&self) -> PathBuf {
        let directory = self.store_path();
        std::fs::create_dir(&directory).expect("a directory");
        set_mode(&directory, 0o700);
        directory
    }

    pub(crate) fn database_path(&self) -> PathBuf {
        self.store_path().join(DATABASE_FILE)
    }

    pub(crate) async fn try_open(&self) -> Result<Store, StoreError> {
        Store::open(&self.store_path(), "test").await
    }

    pub(crate) async fn open(&self) -> Store {
        self.try_open().await.expect("a store")
    }

    /// A connection of another program, which makes the file when it is not there.
    pub(crate) async fn raw_connection(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.database_path())
            .create_if_missing(true)
            .connect()
            .await
            .expect("a connection")
    }

    /// Opening fails with this code, and the database file is byte for byte what it was.
    pub(crate) async fn expect_open_error(&self, code: &str) -> StoreError {
        let before = std::fs::read(self.database_path()).expect("a file");
        let error = self.try_open().await.expect_err("it must be refused");
        assert_eq!(error.code(), code);
        let after = std::fs::read(self.database_path()).expect("a file");
        assert!(before == after, "{code}: the file was changed");
        assert!(error.advice().len() > 10, "{code} has a next step");
        error
    }
}

#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_path: &Path, _mode: u32) {}

#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).expect("a file");
    metadata.permissions().mode() & 0o777
}

pub(crate) async fn execute_sql(connection: &mut SqliteConnection, text: &str) {
    sqlx::raw_sql(text)
        .execute(connection)
        .await
        .expect("a statement");
}

/// Adds a project with its audit row, in a transaction that the caller ends.
pub(crate) async fn add_project<'c>(store: &Store, name: &str) -> Result<Write<'c>, StoreError> {
    let id = ProjectId::generate(&mut os_random()).expect("an id");
    let name = Name::parse(name).expect("a name");
    let mut write = store.write().await?;
    write.add_project(&id, &name, NOW).await?;
    let entry = AuditEntry::new(Action::ProjectCreated)
        .project(&id)
        .with("name", name.as_str());
    write.record(NOW, entry).await?;
    Ok(write)
}
