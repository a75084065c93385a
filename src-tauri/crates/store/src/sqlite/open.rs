//! Opening the database with the same settings in every program, and migrating it to the current schema.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use keystile_keys::InstallKey;
use sqlx::migrate::MigrateError;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, SqliteConnection, SqlitePool, Transaction};

use crate::audit_chain::AuditChain;
use crate::commit_id::CommitId;
use crate::database_file::DatabaseFile;
use crate::error::{StoreError, unwritable};
use crate::install_key::InstallKeyFile;
use crate::network_fs;
use crate::private_directory::{check_directory, create_private_directory};
use crate::schema::{DATABASE_FILE, schema_version};
use crate::sqlite::collation;
use crate::sqlite::identify::{check, identify, reject_by_header};
use crate::sqlite::reader::{SqliteReader, cached_nonce};
use crate::sqlite::usage_file::start_counting;

/// How long to wait for another process that creates or migrates the database.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// A SQLite database. If the file is replaced, the next read or write opens the new one.
#[derive(Debug)]
pub(crate) struct SqliteStore {
    opened: ArcSwap<OpenedFile>,
    /// Serializes reopening.
    reopening: tokio::sync::Mutex<()>,
    path: PathBuf,
}

/// One database file and the connections to it.
#[derive(Debug)]
struct OpenedFile {
    pool: SqlitePool,
    file: Arc<DatabaseFile>,
}

/// What to do if there is no database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfMissing {
    Create,
    Fail,
}

impl SqliteStore {
    /// Opens or creates `keystile.db` in `directory`, which is created with mode 0700. Returns its install key, and the
    /// chain of its audit rows.
    ///
    /// # Errors
    /// Every [`StoreError`] but `UniqueViolation` and `MissingAuditRow`. A file that cannot be opened is not changed.
    pub(crate) async fn open(
        directory: &Path,
        if_missing: IfMissing,
    ) -> Result<(Self, InstallKey, AuditChain), StoreError> {
        let path = directory.join(DATABASE_FILE);
        Self::open_file(directory, &path, if_missing)
            .await
            .map_err(|error| name_path(error, path))
    }

    async fn open_file(
        directory: &Path,
        path: &Path,
        if_missing: IfMissing,
    ) -> Result<(Self, InstallKey, AuditChain), StoreError> {
        if if_missing == IfMissing::Create {
            create_private_directory(directory)?;
        } else if path.is_file() {
            check_directory(directory)?;
        } else {
            return Err(missing(path));
        }
        if network_fs::is_network_fs(directory) {
            return Err(StoreError::NetworkFilesystem {
                path: directory.to_owned(),
            });
        }
        let mut install_key_file = lock_directory(directory).await?;
        let file = match if_missing {
            IfMissing::Create => {
                DatabaseFile::open(path).map_err(|cause| unwritable(path, cause))?
            }
            IfMissing::Fail => {
                let file =
                    DatabaseFile::open_existing(path).map_err(|cause| StoreError::Failed {
                        cause: Box::new(cause),
                    })?;
                let header = file.header().ok().flatten();
                if header.is_none_or(|found| schema_version(found.application_id).is_none()) {
                    return Err(if file.len().is_ok_and(|bytes| bytes == 0) {
                        missing(path)
                    } else {
                        StoreError::NotKeystile {
                            path: path.to_owned(),
                        }
                    });
                }
                file
            }
        };
        reject_by_header(&file, path)?;
        let is_new = file.len().is_ok_and(|bytes| bytes == 0);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(6))
            .before_acquire({
                let file = Arc::clone(&file);
                move |connection, _| Box::pin(is_cache_current(connection, Arc::clone(&file)))
            })
            .after_release(|connection, _| Box::pin(is_usable(connection)))
            .connect_with(settings(path))
            .await?;
        let opened = async {
            // One connection for all steps: the pool would open another one before it has this one back.
            let mut connection = pool.acquire().await?;
            identify(&mut connection, path).await?;
            file.tighten().map_err(|cause| unwritable(path, cause))?;
            sqlx::migrate!("./migrations/sqlite")
                .run_direct(&mut *connection)
                .await
                .map_err(|error| migration_error(error, path))?;
            check(&mut connection, &file, path).await?;
            let install_key = install_key_file
                .read_or_create()
                .map_err(|cause| unwritable(directory, cause))?;
            let audit = AuditChain::new(directory, &install_key);
            if is_new {
                // The file belongs to a database that was moved or deleted.
                audit
                    .head_file()
                    .remove()
                    .map_err(|cause| unwritable(directory, cause))?;
            }
            Ok::<_, StoreError>((install_key, audit))
        }
        .await;
        let (install_key, audit) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                pool.close().await;
                return Err(error);
            }
        };
        if is_new {
            start_counting(directory).await;
        }
        let store = Self {
            opened: ArcSwap::from_pointee(OpenedFile { pool, file }),
            reopening: tokio::sync::Mutex::default(),
            path: path.to_owned(),
        };
        Ok((store, install_key, audit))
    }

    /// Returns the pool of the file that is open now.
    pub(crate) fn pool(&self) -> SqlitePool {
        self.opened.load().pool.clone()
    }

    /// Returns the path of the database file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the directory of the database.
    pub(crate) fn directory(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Returns the file handle of this process beside those of SQLite.
    pub(crate) fn file(&self) -> Arc<DatabaseFile> {
        Arc::clone(&self.opened.load().file)
    }

    /// Opens a dedicated connection for reading.
    pub(crate) async fn reader(&self) -> Result<SqliteReader, StoreError> {
        SqliteReader::connect(&self.path, self.file()).await
    }

    /// Returns the open file, after reopening it if the file at the path was replaced.
    async fn current(&self) -> Result<Arc<OpenedFile>, StoreError> {
        let opened = self.opened.load_full();
        if opened.file.is_at(&self.path) {
            return Ok(opened);
        }
        let _reopening = self.reopening.lock().await;
        let opened = self.opened.load_full();
        if opened.file.is_at(&self.path) {
            return Ok(opened);
        }
        let (replacement, ..) = Self::open(self.directory(), IfMissing::Fail).await?;
        tracing::warn!("the database file was replaced; opened the new one");
        let replacement = replacement.opened.into_inner();
        self.opened.store(Arc::clone(&replacement));
        // Connections to the old file finish first.
        tokio::spawn(async move { opened.pool.close().await });
        Ok(replacement)
    }

    /// See [`Store::last_commit`](crate::Store::last_commit).
    pub(crate) fn last_commit(&self) -> Result<CommitId, StoreError> {
        let opened = self.opened.load();
        if !opened.file.is_at(&self.path) {
            return Err(StoreError::Failed {
                cause: "the database file was deleted, moved, or replaced".into(),
            });
        }
        match opened.file.commit_state() {
            Ok(state) if state.is_rollback_journal => Ok(state.commit),
            Ok(_) => Err(StoreError::Failed {
                cause: "the database was switched to WAL".into(),
            }),
            Err(cause) => Err(StoreError::Failed {
                cause: Box::new(cause),
            }),
        }
    }

    /// Returns a pooled connection for reading.
    pub(crate) async fn read(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        Ok(self.current().await?.pool.acquire().await?)
    }

    /// Begins a write transaction (`BEGIN IMMEDIATE`), which excludes other writers.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.begin("BEGIN IMMEDIATE").await
    }

    /// Begins a write transaction of many rows, which needs little memory: it writes pages before its commit, and locks
    /// readers out until then. Later transactions of its connection do the same.
    pub(crate) async fn write_many(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.begin("PRAGMA cache_spill = ON; BEGIN IMMEDIATE").await
    }

    async fn begin(
        &self,
        statement: &'static str,
    ) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let opened = self.current().await?;
        let begun = opened.pool.begin_with(statement).await;
        begun.map_err(|error| match StoreError::from(error) {
            StoreError::ReadOnly { cause, .. } => StoreError::ReadOnly {
                path: self.path.clone(),
                cause,
            },
            StoreError::Corrupt { cause, .. } => StoreError::Corrupt {
                path: self.path.clone(),
                cause,
            },
            other => other,
        })
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        self.opened.load_full().pool.close().await;
    }
}

/// Returns whether a connection can be reused. After some errors, such as a full disk, SQLite rolls back by itself
/// (lang_transaction.html); sqlx 0.8 still considers the transaction open, so the connection is closed.
async fn is_usable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Waits for a pending rollback.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// Returns whether the page cache of a connection is valid. SQLite compares only the change counter, which may repeat
/// after a backup was restored; then the cached nonce differs from the one in the file, and the connection is closed.
async fn is_cache_current(
    connection: &mut SqliteConnection,
    file: Arc<DatabaseFile>,
) -> Result<bool, sqlx::Error> {
    Ok(cached_nonce(connection).await? == file.commit_state()?.commit.nonce())
}

fn missing(path: &Path) -> StoreError {
    StoreError::Missing {
        path: path.to_owned(),
    }
}

/// Adds the path, which errors of SQLite do not contain.
fn name_path(error: StoreError, path: PathBuf) -> StoreError {
    match error {
        StoreError::Corrupt { cause, .. } => StoreError::Corrupt { path, cause },
        StoreError::ReadOnly { cause: None, .. } => StoreError::ReadOnly { path, cause: None },
        other => other,
    }
}

/// Returns the connection settings. Never WAL, because revocation relies on the file change counter, which WAL does not
/// move.
pub(crate) fn settings(path: &Path) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Extra)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // Otherwise SQLite locks readers out when the pages of a transaction fill the cache, until its commit.
        .pragma("cache_spill", "OFF")
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF");
    collation::add_to(options)
}

/// Waits until no other process creates or migrates a database in this directory. Polls, because the owner of the lock
/// may need this thread.
async fn lock_directory(directory: &Path) -> Result<InstallKeyFile, StoreError> {
    let mut file = InstallKeyFile::open(directory).map_err(|cause| unwritable(directory, cause))?;
    let deadline = tokio::time::Instant::now() + LOCK_TIMEOUT;
    while !file
        .try_lock()
        .map_err(|cause| unwritable(directory, cause))?
    {
        if tokio::time::Instant::now() > deadline {
            return Err(StoreError::Busy);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(file)
}

fn migration_error(error: MigrateError, path: &Path) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        MigrateError::VersionMismatch(_) | MigrateError::VersionMissing(_) => {
            StoreError::OtherMigrations {
                path: path.to_owned(),
                cause: error,
            }
        }
        other => StoreError::Failed {
            cause: Box::new(other),
        },
    }
}
