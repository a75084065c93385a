//! A store in a temporary directory, or in a PostgreSQL database with its files in a temporary directory. Both are deleted
//! with the last handle.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use keystile_keys::{Name, ProjectId, Timestamp, os_random};
use keystile_store::{
    Action, AuditEntry, CommitId, DATABASE_FILE, STATE_VARIABLE, Store, StoreAddress, StoreError,
    StorePool, USAGE_FILE, Write,
};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};
use tempfile::TempDir;

use crate::diagnostic::{error_code, error_help};
#[cfg(target_os = "linux")]
use crate::postgres_store::PostgresStore;
use crate::raw_connection::RawConnection;

/// The time of everything that fixtures write without a registry.
pub const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// A temporary directory for one store and the files beside it.
#[derive(Debug, Clone)]
pub struct TempStore {
    directory: Arc<TempDir>,
    /// `None`: the store is a SQLite database in the directory.
    #[cfg(target_os = "linux")]
    postgres: Option<PostgresStore>,
}

impl Default for TempStore {
    fn default() -> Self {
        Self::new()
    }
}

impl TempStore {
    /// Creates the temporary directory, but no store in it. In test programs whose names end with `_postgres`, the store
    /// will be in a PostgreSQL database.
    pub fn new() -> Self {
        let directory = Arc::new(tempfile::tempdir().expect("a directory"));
        Self {
            #[cfg(target_os = "linux")]
            postgres: is_postgres_program()
                .then(|| PostgresStore::new(directory.path().join("machine 1"))),
            directory,
        }
    }

    /// Returns whether the store is on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        #[cfg(target_os = "linux")]
        return self.postgres.is_some();
        #[cfg(not(target_os = "linux"))]
        false
    }

    /// Returns the store as a second machine uses it, which has been given the install key. Only on PostgreSQL.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn on_second_machine(&self) -> Self {
        let state_directory = self.temp_path("machine 2");
        Self {
            directory: Arc::clone(&self.directory),
            postgres: Some(self.postgres().on_second_machine(state_directory)),
        }
    }

    /// Returns the database of a store on PostgreSQL.
    #[cfg(target_os = "linux")]
    fn postgres(&self) -> &PostgresStore {
        let postgres = self.postgres.as_ref();
        postgres.expect("a test program whose name ends with _postgres")
    }

    /// Returns the address, which [`StoreAddress::parse`] parses. On PostgreSQL, it does not contain the folder of this
    /// machine.
    pub fn address_text(&self) -> String {
        #[cfg(target_os = "linux")]
        if let Some(postgres) = &self.postgres {
            return postgres.url();
        }
        self.store_path().display().to_string()
    }

    /// Returns the address. [`Store::open_at`] creates no store.
    pub fn address(&self) -> StoreAddress {
        #[cfg(target_os = "linux")]
        if let Some(postgres) = &self.postgres {
            return StoreAddress::Postgres(postgres.address());
        }
        StoreAddress::Folder(self.store_path())
    }

    /// Returns a command of this machine, whose first argument is the address of the store.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.arg(self.address_text());
        #[cfg(target_os = "linux")]
        if let Some(postgres) = &self.postgres {
            command.env(STATE_VARIABLE, postgres.state_directory());
        }
        command
    }

    /// Returns the path of the store's directory. [`Store::open`] creates it. On PostgreSQL, it has the files of this
    /// machine, and exists when the store was opened.
    pub fn store_path(&self) -> PathBuf {
        #[cfg(target_os = "linux")]
        if let Some(postgres) = &self.postgres {
            return postgres.store_path();
        }
        self.temp_path("keystile")
    }

    /// Creates the store's directory with the permissions that the store requires.
    pub fn create_store_dir(&self) -> PathBuf {
        let directory = self.store_path();
        create_private_dir(&directory);
        directory
    }

    /// Returns the path of the database file.
    pub fn database_path(&self) -> PathBuf {
        self.store_path().join(DATABASE_FILE)
    }

    /// Returns a path beside the store.
    pub fn temp_path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Creates a directory beside the store.
    pub fn create_dir(&self, name: &str) -> PathBuf {
        let path = self.temp_path(name);
        std::fs::create_dir_all(&path).expect("a directory");
        path
    }

    /// Opens the store, and creates it if it does not exist.
    ///
    /// # Errors
    /// The store's own.
    pub async fn try_open(&self) -> Result<Store, StoreError> {
        #[cfg(target_os = "linux")]
        if let Some(postgres) = &self.postgres {
            return postgres.open().await;
        }
        Store::open(&self.store_path(), "test").await
    }

    /// Opens the store; a failure fails the test.
    pub async fn open(&self) -> Store {
        self.try_open().await.expect("a store")
    }

    /// Opens a plain SQLite connection, as another program would. Creates a missing file.
    pub async fn raw_connection(&self) -> SqliteConnection {
        assert!(!self.is_postgres(), "the test needs a SQLite store");
        SqliteConnectOptions::new()
            .filename(self.database_path())
            .create_if_missing(true)
            .connect()
            .await
            .expect("a connection")
    }

    /// Connects to the database as a program other than Keystile.
    pub async fn foreign_connection(&self) -> RawConnection {
        #[cfg(target_os = "linux")]
        if let Some(postgres) = &self.postgres {
            return RawConnection::Postgres(postgres.raw_connection().await);
        }
        RawConnection::Sqlite(self.raw_connection().await)
    }

    /// Connects to the database with the usage counts, as a program other than Keystile.
    pub async fn usage_connection(&self) -> RawConnection {
        if self.is_postgres() {
            return self.foreign_connection().await;
        }
        let connection = SqliteConnectOptions::new()
            .filename(self.store_path().join(USAGE_FILE))
            .connect()
            .await
            .expect("the usage file");
        RawConnection::Sqlite(connection)
    }

    /// Runs statements as a program other than Keystile, which on PostgreSQL turns triggers off as a superuser.
    pub async fn run_sql(&self, statements: &str) {
        let mut connection = self.connection_without_triggers().await;
        let done = connection.execute(statements).await;
        done.unwrap_or_else(|error| panic!("{statements}: {error}"));
    }

    async fn connection_without_triggers(&self) -> RawConnection {
        #[cfg(target_os = "linux")]
        if let Some(postgres) = &self.postgres {
            return RawConnection::Postgres(postgres.raw_connection_without_triggers().await);
        }
        RawConnection::Sqlite(self.raw_connection().await)
    }

    /// Returns the contents of a PostgreSQL database by column; empty on SQLite, where they are in files.
    pub async fn columns(&self) -> Vec<(String, Vec<u8>)> {
        #[cfg(target_os = "linux")]
        if let Some(postgres) = &self.postgres {
            return postgres.columns().await;
        }
        Vec::new()
    }

    /// Allows changes of audit rows with [`TempStore::run_sql`], for an attacker who can remove the triggers.
    pub async fn allow_audit_changes(&self) {
        if !self.is_postgres() {
            self.run_sql(
                "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_deleted",
            )
            .await;
        }
    }

    /// Returns how many process locks are held on a PostgreSQL server; 0 on SQLite, where they are files.
    pub async fn count_server_locks(&self) -> i64 {
        #[cfg(target_os = "linux")]
        if let Some(postgres) = &self.postgres {
            return postgres.count_locks().await;
        }
        0
    }

    /// Waits until the server has noticed that processes ended, and only `count` process locks are left.
    pub async fn wait_for_server_locks(&self, count: i64) {
        for _ in 0..500 {
            if self.count_server_locks().await <= count {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the server keeps the lock of a process that ended");
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

/// Returns whether this test program tests stores on PostgreSQL: one with a name such as `registry_postgres`.
#[cfg(target_os = "linux")]
fn is_postgres_program() -> bool {
    let program = std::env::current_exe().expect("the path of the test program");
    let name = program.file_stem().expect("a file").to_string_lossy();
    // Cargo adds a hash to the name.
    let name = name.rsplit_once('-').map_or(&*name, |(name, _hash)| name);
    name.ends_with("_postgres")
}

/// Creates a directory that only this user can access.
pub fn create_private_dir(path: &Path) {
    std::fs::create_dir_all(path).expect("a directory");
    set_mode(path, 0o700);
}

/// Returns the last commit of a store.
pub async fn last_commit(store: &Store) -> CommitId {
    let mut reader = store.reader().await.expect("a connection");
    let snapshot = reader.begin().await.expect("a snapshot");
    let commit = snapshot.commit();
    snapshot.end().await.expect("its end");
    commit
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
