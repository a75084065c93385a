//! Opens the database for every program, always with the same settings, and brings it to the current schema. Callers
//! get a [`Store`]; nobody else opens the file. It knows no noun: rows are read and written in the files beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use keystile_keys::{InstallKey, InstallKeyId};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use crate::audit_chain::AuditChain;
use crate::database_file::{CommitId, DatabaseFile};
use crate::error::{StoreError, unwritable};
use crate::install_key::InstallKeyFile;
use crate::network_drive;
use crate::private_directory::make_private_directory;
use crate::recognise::{check, recognise, refuse_by_header};
use crate::schema::{DATABASE_FILE, schema_version};
use crate::write::Write;

/// How long another program may take to make or migrate the database.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// An open database: the pool, the handle that watches its header, and the install key. When the file at its path is
/// replaced, the next read or write opens the one that is there.
#[derive(Debug)]
pub struct Store {
    opened: ArcSwap<OpenedFile>,
    /// One reopening at a time.
    reopening: tokio::sync::Mutex<()>,
    install_key: InstallKey,
    audit: Arc<AuditChain>,
    path: PathBuf,
    actor: &'static str,
}

/// One database file and the connections to it.
#[derive(Debug)]
struct OpenedFile {
    pool: SqlitePool,
    file: Arc<DatabaseFile>,
}

impl Store {
    /// Opens `keystile.db` in `directory` (made with mode 0700 when absent). `actor` is the program's name in audit
    /// rows.
    ///
    /// # Errors
    /// Every [`StoreError`] but `Taken` and `Unrecorded`. A file that cannot be opened is left as it was.
    pub async fn open(directory: &Path, actor: &'static str) -> Result<Self, StoreError> {
        let path = directory.join(DATABASE_FILE);
        Self::open_file(directory, &path, actor, IfMissing::Make)
            .await
            .map_err(|error| name_path(error, path))
    }

    /// As [`Store::open`], but only a database that is there and is Keystile's: for whoever lost sight of one and looks
    /// whether it is back. An absent or empty file is not made into a database that knows no key.
    ///
    /// # Errors
    /// As [`Store::open`]; `Failed` when the file is not there.
    pub async fn open_existing(directory: &Path, actor: &'static str) -> Result<Self, StoreError> {
        let path = directory.join(DATABASE_FILE);
        Self::open_file(directory, &path, actor, IfMissing::Refuse)
            .await
            .map_err(|error| name_path(error, path))
    }

    async fn open_file(
        directory: &Path,
        path: &Path,
        actor: &'static str,
        absent: IfMissing,
    ) -> Result<Self, StoreError> {
        if absent == IfMissing::Make {
            make_private_directory(directory)?;
        } else if !path.is_file() {
            return Err(missing(path));
        }
        if network_drive::holds(directory) {
            return Err(StoreError::NetworkDrive {
                path: directory.to_owned(),
            });
        }
        let mut install_key_file = lock_directory(directory).await?;
        let file = match absent {
            IfMissing::Make => DatabaseFile::open(path).map_err(|cause| unwritable(path, cause))?,
            IfMissing::Refuse => {
                let file =
                    DatabaseFile::open_existing(path).map_err(|cause| StoreError::Failed {
                        cause: Box::new(cause),
                    })?;
                let signature = file.signature().ok().flatten();
                if signature.is_none_or(|found| schema_version(found.application_id).is_none()) {
                    return Err(missing(path));
                }
                file
            }
        };
        refuse_by_header(&file, path)?;
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
            // One connection for all of it: a pool that is asked again before it has one back opens another.
            let mut connection = pool.acquire().await?;
            recognise(&mut connection, path).await?;
            file.tighten().map_err(|cause| unwritable(path, cause))?;
            sqlx::migrate!("./migrations")
                .run_direct(&mut *connection)
                .await
                .map_err(migration_error)?;
            check(&mut connection, &file, path).await?;
            let install_key = install_key_file
                .read_or_make()
                .map_err(|cause| unwritable(directory, cause))?;
            let audit = AuditChain::new(directory, &install_key);
            if is_new {
                // What is remembered is the end of a database that was moved away or deleted.
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
        Ok(Self {
            opened: ArcSwap::from_pointee(OpenedFile { pool, file }),
            reopening: tokio::sync::Mutex::default(),
            install_key,
            audit: Arc::new(audit),
            path: path.to_owned(),
            actor,
        })
    }

    /// Returns the pool, for the desktop to hand to tauri-plugin-sql, which closes it at exit.
    pub fn pool(&self) -> SqlitePool {
        self.opened.load().pool.clone()
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The directory of the database, its install key and its claim files.
    pub fn directory(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// The key under which this installation tags secrets.
    pub fn install_key(&self) -> &InstallKey {
        &self.install_key
    }

    /// Which install key that is, as secret versions name it.
    pub fn install_key_id(&self) -> InstallKeyId {
        self.audit.install_key_id()
    }

    /// Returns what authenticates audit rows.
    pub(crate) fn audit_chain(&self) -> &AuditChain {
        &self.audit
    }

    /// Returns the handle with which this process looks at the file beside SQLite.
    pub fn file(&self) -> Arc<DatabaseFile> {
        Arc::clone(&self.opened.load().file)
    }

    /// Returns the file at the path of this store, and opens it if it took the place of the one that was open.
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
        let replacement = Self::open_existing(self.directory(), self.actor).await?;
        tracing::warn!("the database file was replaced; the one in its place was opened");
        let replacement = replacement.opened.into_inner();
        self.opened.store(Arc::clone(&replacement));
        // Who still works with the old file finishes first.
        tokio::spawn(async move { opened.pool.close().await });
        Ok(replacement)
    }

    /// Returns what tells the last commit from every other: has anything been committed, by whichever process, since it was
    /// last read?
    ///
    /// # Errors
    /// `Failed` when the header cannot be read, says WAL, in which the counter stands still, or belongs to a file that is
    /// not in its place any more.
    pub fn last_commit(&self) -> Result<CommitId, StoreError> {
        let opened = self.opened.load();
        if !opened.file.is_at(&self.path) {
            return Err(StoreError::Failed {
                cause: "the database file was deleted, moved or replaced".into(),
            });
        }
        match opened.file.probe() {
            Ok(probe) if probe.rollback => Ok(probe.commit),
            Ok(_) => Err(StoreError::Failed {
                cause: "the database was switched to WAL".into(),
            }),
            Err(cause) => Err(StoreError::Failed {
                cause: Box::new(cause),
            }),
        }
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// `Busy` or `Failed`.
    pub async fn read(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        Ok(self.current().await?.pool.acquire().await?)
    }

    /// Begins a write transaction (`BEGIN IMMEDIATE`): from here to the commit nobody else writes.
    ///
    /// # Errors
    /// `Busy` after 5 s, `ReadOnly` or `Failed`.
    pub async fn write(&self) -> Result<Write<'static>, StoreError> {
        let opened = self.current().await?;
        let transaction =
            opened.pool.begin_with("BEGIN IMMEDIATE").await.map_err(
                |error| match StoreError::from(error) {
                    StoreError::ReadOnly { cause, .. } => StoreError::ReadOnly {
                        path: self.path.clone(),
                        cause,
                    },
                    StoreError::Corrupt { cause, .. } => StoreError::Corrupt {
                        path: self.path.clone(),
                        cause,
                    },
                    other => other,
                },
            )?;
        Ok(Write::new(transaction, self.actor, Arc::clone(&self.audit)))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.opened.load_full().pool.close().await;
    }
}

/// Some failures, a full disk among them, make SQLite undo a transaction by itself (lang_transaction.html). sqlx 0.8 then
/// counts on as if it were still open and could never begin another on that connection: it is closed instead.
async fn is_usable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Behind the rollback that may still be on its way.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// SQLite trusts its page cache while the change counter stands where it was. After a backup was put in the place of the
/// database, commits may repeat a counter: then the nonce in the cached header is not the one in the file, and the connection
/// is closed.
async fn is_cache_current(
    connection: &mut SqliteConnection,
    file: Arc<DatabaseFile>,
) -> Result<bool, sqlx::Error> {
    Ok(cached_nonce(connection).await? == file.probe()?.commit.nonce)
}

/// The nonce of the last commit as this connection sees it.
pub(crate) async fn cached_nonce(connection: &mut SqliteConnection) -> Result<u32, sqlx::Error> {
    let nonce: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(connection)
        .await?;
    Ok(u32::try_from(nonce).unwrap_or_default())
}

/// What to do when there is no database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IfMissing {
    Make,
    Refuse,
}

fn missing(path: &Path) -> StoreError {
    StoreError::Missing {
        path: path.to_owned(),
    }
}

/// SQLite's own errors do not say which file.
fn name_path(error: StoreError, path: PathBuf) -> StoreError {
    match error {
        StoreError::Corrupt { cause, .. } => StoreError::Corrupt { path, cause },
        StoreError::ReadOnly { cause: None, .. } => StoreError::ReadOnly { path, cause: None },
        other => other,
    }
}

/// Rollback journal, never WAL: revocation is exact only while the file change counter moves with every commit.
pub(crate) fn settings(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Extra)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
}

/// Waits until no other program makes or migrates a database in this directory. Not with the blocking call: the one that
/// has the lock may need this very thread to go on.
async fn lock_directory(directory: &Path) -> Result<InstallKeyFile, StoreError> {
    let mut file = InstallKeyFile::open(directory).map_err(|cause| unwritable(directory, cause))?;
    let given_up = tokio::time::Instant::now() + LOCK_LIMIT;
    while !file
        .try_lock()
        .map_err(|cause| unwritable(directory, cause))?
    {
        if tokio::time::Instant::now() > given_up {
            return Err(StoreError::Busy);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(file)
}

fn migration_error(error: sqlx::migrate::MigrateError) -> StoreError {
    match error {
        sqlx::migrate::MigrateError::Execute(error)
        | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error.into(),
        other => StoreError::Failed {
            cause: Box::new(other),
        },
    }
}
