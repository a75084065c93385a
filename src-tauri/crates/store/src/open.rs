//! Opens the database for every program, always with the same settings, and brings it to the current schema. Callers
//! get a [`Store`]; nobody else opens the file. It knows no noun: rows are read and written in the files beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keystile_keys::{InstallKey, InstallMark, Tagger};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::install_key::InstallKeyFile;
use crate::network_drive;
use crate::recognise::{check, recognise, refuse_by_header};
use crate::write::Write;

/// The name of the database in its directory.
pub const DATABASE_FILE: &str = "keystile.db";
/// The schema this program writes (`PRAGMA user_version`).
pub const SCHEMA_VERSION: i64 = 3;
/// "KSTL" (`PRAGMA application_id`).
pub(crate) const APPLICATION_ID: i64 = 0x4b53_544c;

/// How long another program may take to make or migrate the database.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// An open database: the pool, the handle that watches its header, and the install key.
#[derive(Debug)]
pub struct Store {
    pool: SqlitePool,
    file: Arc<DatabaseFile>,
    install_key: InstallKey,
    install_mark: InstallMark,
    path: PathBuf,
    actor: &'static str,
}

impl Store {
    /// Opens `keystile.db` in `directory` (made with mode 0700 when absent). `actor` is the program's name in audit
    /// rows.
    ///
    /// # Errors
    /// Every [`StoreError`] but `Taken` and `Unrecorded`. A file that cannot be opened is left as it was.
    pub async fn open(directory: &Path, actor: &'static str) -> Result<Self, StoreError> {
        let path = directory.join(DATABASE_FILE);
        Self::open_file(directory, &path, actor, Absent::Make)
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
        Self::open_file(directory, &path, actor, Absent::Refuse)
            .await
            .map_err(|error| name_path(error, path))
    }

    async fn open_file(
        directory: &Path,
        path: &Path,
        actor: &'static str,
        absent: Absent,
    ) -> Result<Self, StoreError> {
        if absent == Absent::Make {
            make_private_directory(directory)?;
        } else if !path.is_file() {
            return Err(no_database());
        }
        if network_drive::holds(directory) {
            return Err(StoreError::NetworkDrive {
                path: directory.to_owned(),
            });
        }
        let mut install_key_file = lock_directory(directory).await?;
        let file = match absent {
            Absent::Make => DatabaseFile::open(path).map_err(|cause| unwritable(path, cause))?,
            Absent::Refuse => {
                let file =
                    DatabaseFile::open_existing(path).map_err(|cause| StoreError::Failed {
                        cause: Box::new(cause),
                    })?;
                let signature = file.signature().ok().flatten();
                if signature.is_none_or(|found| found.application_id != APPLICATION_ID) {
                    return Err(no_database());
                }
                file
            }
        };
        refuse_by_header(&file, path)?;
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(6))
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
            let install_mark = Tagger::new(&install_key).mark();
            mark_old_tags(&mut connection, install_mark).await?;
            Ok::<_, StoreError>((install_key, install_mark))
        }
        .await;
        let (install_key, install_mark) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                pool.close().await;
                return Err(error);
            }
        };
        Ok(Self {
            pool,
            file,
            install_key,
            install_mark,
            path: path.to_owned(),
            actor,
        })
    }

    /// The pool, for the desktop to hand to tauri-plugin-sql, which closes it at exit.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
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
    pub fn install_mark(&self) -> InstallMark {
        self.install_mark
    }

    /// The handle with which this process looks at the file beside SQLite.
    pub fn file(&self) -> &Arc<DatabaseFile> {
        &self.file
    }

    /// SQLite's file change counter: has anything been committed, by whichever process, since it was last read?
    ///
    /// # Errors
    /// `Failed` when the header cannot be read or says WAL, in which the counter stands still.
    pub fn change_counter(&self) -> Result<u32, StoreError> {
        match self.file.probe() {
            Ok(probe) if probe.rollback => Ok(probe.change_counter),
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
        Ok(self.pool.acquire().await?)
    }

    /// Begins a write transaction (`BEGIN IMMEDIATE`): from here to the commit nobody else writes.
    ///
    /// # Errors
    /// `Busy` after 5 s, `ReadOnly` or `Failed`.
    pub async fn write(&self) -> Result<Write<'static>, StoreError> {
        let transaction =
            self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(
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
        Ok(Write::new(transaction, self.actor, self.install_mark))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Some failures, a full disk among them, make SQLite undo a transaction by itself (lang_transaction.html). sqlx 0.8 then
/// counts on as if it were still open and could never begin another on that connection: it is closed instead.
async fn is_usable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Behind the rollback that may still be on its way.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// What to do when there is no database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absent {
    Make,
    Refuse,
}

fn no_database() -> StoreError {
    StoreError::Failed {
        cause: "there is no database of Keystile".into(),
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

/// Tags from before they said so were made under the install key that is there now. Looks first, so that opening a
/// database moves no counter.
async fn mark_old_tags(
    connection: &mut SqliteConnection,
    mark: InstallMark,
) -> Result<(), StoreError> {
    let unmarked: i64 = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM secret_versions WHERE id = (SELECT min(id) FROM secret_versions)
           AND tagged_under IS NULL)",
    )
    .fetch_one(&mut *connection)
    .await?;
    if unmarked == 1 {
        sqlx::query("UPDATE secret_versions SET tagged_under = ? WHERE tagged_under IS NULL")
            .bind(mark.as_bytes().as_slice())
            .execute(connection)
            .await?;
    }
    Ok(())
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

fn unwritable(path: &Path, cause: std::io::Error) -> StoreError {
    if cause.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::Full;
    }
    StoreError::ReadOnly {
        path: path.to_owned(),
        cause: Some(cause),
    }
}

/// Makes the directory 0700. One that was there and is open to others is refused, not changed: it may be somebody
/// else's (`/tmp`).
fn make_private_directory(directory: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(directory)
        .map_err(|cause| unwritable(directory, cause))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata =
            std::fs::metadata(directory).map_err(|cause| unwritable(directory, cause))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(StoreError::Exposed {
                path: directory.to_owned(),
            });
        }
    }
    Ok(())
}
