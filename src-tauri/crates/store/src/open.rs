//! Opens the database for every program, always with the same settings, and brings it to the current schema. Callers
//! get a [`Store`]; nobody else opens the file. It knows no noun: rows are read and written in the files beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keystile_keys::InstallKey;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::install_key::InstallKeyFile;
use crate::write::Write;

/// The name of the database in its directory.
pub const DATABASE_FILE: &str = "keystile.db";
/// The schema this program writes (`PRAGMA user_version`).
pub const SCHEMA_VERSION: i64 = 1;
/// "KSTL" (`PRAGMA application_id`).
const APPLICATION_ID: i64 = 0x4b53_544c;
/// Up to this size every page is checked at the start: a few milliseconds. A larger file is found damaged when read.
const CHECKED_WHOLE_BYTES: u64 = 4 * 1024 * 1024;

/// How long another program may take to make or migrate the database.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// An open database: the pool, the handle that watches its header, and the install key.
#[derive(Debug)]
pub struct Store {
    pool: SqlitePool,
    file: Arc<DatabaseFile>,
    install_key: InstallKey,
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
        match Self::open_file(directory, &path, actor).await {
            Err(StoreError::Corrupt { cause, .. }) => Err(StoreError::Corrupt { path, cause }),
            Err(StoreError::ReadOnly { cause: None, .. }) => {
                Err(StoreError::ReadOnly { path, cause: None })
            }
            result => result,
        }
    }

    async fn open_file(
        directory: &Path,
        path: &Path,
        actor: &'static str,
    ) -> Result<Self, StoreError> {
        make_private_directory(directory)?;
        let mut install_key_file = lock_directory(directory).await?;
        let file = DatabaseFile::open(path).map_err(|cause| unwritable(path, cause))?;
        refuse_by_header(&file, path)?;
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(6))
            .after_release(|connection, _| Box::pin(is_usable(connection)))
            .connect_with(settings(path))
            .await?;
        let opened = async {
            recognise(&pool, path).await?;
            file.tighten().map_err(|cause| unwritable(path, cause))?;
            sqlx::migrate!("./migrations")
                .run(&pool)
                .await
                .map_err(migration_error)?;
            check(&pool, &file, path).await
        }
        .await;
        if let Err(error) = opened {
            pool.close().await;
            return Err(error);
        }
        let install_key = install_key_file
            .read_or_make()
            .map_err(|cause| unwritable(directory, cause))?;
        Ok(Self {
            pool,
            file,
            install_key,
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
        Ok(Write::new(transaction, self.actor))
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

/// Rollback journal, never WAL: revocation is exact only while the file change counter moves with every commit.
fn settings(path: &Path) -> SqliteConnectOptions {
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

/// Refuses, before SQLite connects, what the header alone shows to be somebody else's. A file without an application id
/// in rollback mode is left to `recognise`: connecting changes nothing in it.
fn refuse_by_header(file: &DatabaseFile, path: &Path) -> Result<(), StoreError> {
    let signature = file.signature().map_err(|cause| StoreError::Failed {
        cause: Box::new(cause),
    })?;
    let Some(signature) = signature else {
        return refuse_fragment(file, path);
    };
    match signature.application_id {
        APPLICATION_ID if signature.user_version > SCHEMA_VERSION => Err(StoreError::Newer {
            path: path.to_owned(),
            found: signature.user_version,
            known: SCHEMA_VERSION,
        }),
        APPLICATION_ID => Ok(()),
        0 if !signature.wal => Ok(()),
        _ => Err(StoreError::Foreign {
            path: path.to_owned(),
        }),
    }
}

/// SQLite takes a file shorter than its smallest page for an empty one and would write over it, whatever it holds.
fn refuse_fragment(file: &DatabaseFile, path: &Path) -> Result<(), StoreError> {
    let is_fragment = file.len().is_ok_and(|bytes| (1..512).contains(&bytes));
    // A journal beside it restores what was cut short.
    let mut journal = path.as_os_str().to_owned();
    journal.push("-journal");
    if is_fragment && !Path::new(&journal).exists() {
        return Err(StoreError::Corrupt {
            path: path.to_owned(),
            cause: None,
        });
    }
    Ok(())
}

/// Refuses what another program or a newer Keystile wrote, before anything is written.
async fn recognise(pool: &SqlitePool, path: &Path) -> Result<(), StoreError> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(pool)
        .await?;
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(pool)
        .await?;
    // A first start that was cut off leaves sqlx's own table and nothing else; that file is still to be made.
    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> '_sqlx_migrations'",
    )
    .fetch_one(pool)
    .await?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    if version > SCHEMA_VERSION {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found: version,
            known: SCHEMA_VERSION,
        });
    }
    Ok(())
}

/// The settings are what they should be, and a small file is whole.
async fn check(pool: &SqlitePool, file: &DatabaseFile, path: &Path) -> Result<(), StoreError> {
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(pool)
        .await?;
    if journal != "delete" {
        return Err(StoreError::Failed {
            cause: format!("journal_mode is {journal}, not delete").into(),
        });
    }
    for (pragma, wanted) in [
        ("synchronous", 3),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ] {
        let found: i64 = sqlx::query_scalar(&format!("PRAGMA {pragma}"))
            .fetch_one(pool)
            .await?;
        if found != wanted {
            return Err(StoreError::Failed {
                cause: format!("{pragma} is {found}, not {wanted}").into(),
            });
        }
    }
    let small = file.len().is_ok_and(|bytes| bytes <= CHECKED_WHOLE_BYTES);
    if small {
        let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(pool)
            .await?;
        if verdict != "ok" {
            tracing::error!(verdict, "quick_check");
            return Err(StoreError::Corrupt {
                path: path.to_owned(),
                cause: None,
            });
        }
    }
    Ok(())
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
