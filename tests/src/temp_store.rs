//! A store in a temporary directory, which is deleted with its last handle.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use keystile_keys::{Name, ProjectId, Timestamp, os_random};
use keystile_store::{Action, AuditEntry, DATABASE_FILE, Store, StoreError, StorePool, Write};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};
use tempfile::TempDir;

use crate::diagnostic::{error_code, error_help};

/// The time of everything that fixtures write without a registry.
pub const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// A temporary directory for one store and the files beside it.
#[derive(Debug, Clone)]
pub struct TempStore(Arc<TempDir>);

impl Default for TempStore {
    fn default() -> Self {
        Self::new()
    }
}

impl TempStore {
    /// Creates the temporary directory, but no store in it.
    pub fn new() -> Self {
        Self(Arc::new(tempfile::tempdir().expect("a directory")))
    }

    /// Returns the path of the store's directory. [`Store::open`] creates it.
    pub fn store_path(&self) -> PathBuf {
        self.temp_path("keystile")
    }

    /// Creates the store's directory with the permissions that the store requires.
    pub fn create_store_dir(&self) -> PathBuf {
        let directory = self.store_path();
        std::fs::create_dir(&directory).expect("a directory");
        set_mode(&directory, 0o700);
        directory
    }

    /// Returns the path of the database file.
    pub fn database_path(&self) -> PathBuf {
        self.store_path().join(DATABASE_FILE)
    }

    /// Returns a path beside the store.
    pub fn temp_path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Creates a directory beside the store.
    pub fn create_dir(&self, name: &str) -> PathBuf {
        let path = self.temp_path(name);
        std::fs::create_dir_all(&path).expect("a directory");
        path
    }

    /// Opens the store.
    ///
    /// # Errors
    /// The store's own.
    pub async fn try_open(&self) -> Result<Store, StoreError> {
        Store::open(&self.store_path(), "test").await
    }

    /// Opens the store; a failure fails the test.
    pub async fn open(&self) -> Store {
        self.try_open().await.expect("a store")
    }

    /// Opens a plain SQLite connection, as another program would. Creates a missing file.
    pub async fn raw_connection(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.database_path())
            .create_if_missing(true)
            .connect()
            .await
            .expect("a connection")
    }

    /// Asserts that opening fails with this code and leaves the database file unchanged.
    pub async fn expect_open_error(&self, code: &str) -> StoreError {
        let before = std::fs::read(self.database_path()).expect("a file");
        let error = self.try_open().await.expect_err("opening must fail");
        assert_eq!(error_code(&error), code);
        let after = std::fs::read(self.database_path()).expect("a file");
        assert!(before == after, "{code}: the file was changed");
        assert!(error_help(&error).len() > 10, "{code} must say what to do");
        error
    }

    /// Returns whether another process can begin a write transaction without waiting. `program` is the path of the
    /// binary `try_write`.
    pub fn can_other_process_write(&self, program: &str) -> bool {
        let output = Command::new(program)
            .arg(self.database_path())
            .output()
            .expect("the program try_write");
        match output.stdout.as_slice() {
            b"locked\n" => false,
            b"writable\n" => true,
            _ => panic!("try_write failed: {output:?}"),
        }
    }
}

/// Returns the pool of a store on SQLite.
pub fn sqlite_pool(store: &Store) -> SqlitePool {
    match store.pool() {
        StorePool::Sqlite(pool) => pool,
        StorePool::Postgres(_) => panic!("the store must be on SQLite"),
    }
}

/// Sets the permission bits of a file.
#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
}

/// Reads the permission bits of a file.
#[cfg(unix)]
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).expect("a file");
    metadata.permissions().mode() & 0o777
}

/// Executes SQL statements.
pub async fn execute_sql(connection: &mut SqliteConnection, text: &str) {
    sqlx::raw_sql(text)
        .execute(connection)
        .await
        .expect("a statement");
}

/// Adds a project with its audit row. The caller commits or drops the transaction.
///
/// # Errors
/// The store's own.
pub async fn add_project<'c>(store: &Store, name: &str) -> Result<Write<'c>, StoreError> {
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
