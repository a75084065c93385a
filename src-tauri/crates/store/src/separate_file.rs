//! A SQLite file beside the database, with data that can be lost. Several processes write to it. It is never attached to
//! a connection that writes keys, so that its writes block no change.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Executor, SqliteConnection, SqlitePool, Transaction};

use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::sqlite::identify::reject_fragment;

/// What a kind of file contains.
pub(crate) struct Format {
    /// The file name, beside the database.
    pub(crate) file_name: &'static str,
    /// The `PRAGMA application_id`, by which the files of other programs are recognized.
    pub(crate) application_id: i64,
    /// The `PRAGMA user_version`. A file of an older version is emptied.
    pub(crate) version: i64,
    pub(crate) schema: &'static str,
    pub(crate) tables: &'static [&'static str],
    pub(crate) synchronous: SqliteSynchronous,
}

/// An open file, for writing.
#[derive(Debug)]
pub(crate) struct SeparateFile {
    pool: SqlitePool,
    // Kept open, because closing a descriptor releases SQLite's locks.
    file: Arc<DatabaseFile>,
    path: PathBuf,
}

impl SeparateFile {
    /// Opens or creates the file in the directory of a store.
    pub(crate) async fn open(directory: &Path, format: &Format) -> Result<Self, StoreError> {
        let path = directory.join(format.file_name);
        let unwritable = |cause| StoreError::ReadOnly {
            path: path.clone(),
            cause: Some(cause),
        };
        let file = DatabaseFile::open(&path).map_err(unwritable)?;
        reject_foreign(&file, &path, format)?;
        file.tighten().map_err(unwritable)?;
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(6))
            .connect_with(
                settings(&path)
                    .journal_mode(SqliteJournalMode::Delete)
                    .synchronous(format.synchronous),
            )
            .await?;
        let opened = Self { pool, file, path };
        if let Err(error) = opened.create_tables(format).await {
            opened.close().await;
            return Err(error);
        }
        Ok(opened)
    }

    /// Creates the tables of a new file, and replaces those of an older version.
    async fn create_tables(&self, format: &Format) -> Result<(), StoreError> {
        if is_current(&mut *self.pool.acquire().await?, format).await? {
            return Ok(());
        }
        // Checked again in a transaction, because several processes may open the file at the same time.
        let mut transaction = self.begin().await?;
        if is_current(&mut transaction, format).await? {
            return Ok(());
        }
        for table in format.tables {
            let drop = format!("DROP TABLE IF EXISTS {table}");
            transaction.execute(&*drop).await?;
        }
        // Not `raw_sql(…).execute(…)`, whose future is not `Send` for all lifetimes.
        let create = format!(
            "{}; PRAGMA application_id = {}; PRAGMA user_version = {};",
            format.schema, format.application_id, format.version
        );
        transaction.execute(sqlx::raw_sql(&create)).await?;
        Ok(transaction.commit().await?)
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Checks that the file is not damaged, and can be written by this statement, which changes nothing.
    pub(crate) async fn check(&self, statement: &str) -> Result<(), StoreError> {
        let result: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&self.pool)
            .await?;
        if result != "ok" {
            return Err(StoreError::Corrupt {
                path: self.path.clone(),
                cause: None,
            });
        }
        // A read-only file can be locked; only a write fails.
        let mut transaction = self.begin().await?;
        sqlx::query(statement).execute(&mut *transaction).await?;
        Ok(transaction.rollback().await?)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether this is still the file at its path.
    pub(crate) fn is_in(&self, directory: &Path) -> bool {
        self.path.parent() == Some(directory) && self.file.is_at(&self.path)
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Returns whether the file has the tables of this version, or of a newer one.
async fn is_current(
    connection: &mut SqliteConnection,
    format: &Format,
) -> Result<bool, StoreError> {
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *connection)
        .await?;
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(connection)
        .await?;
    Ok(tables > 0 && version >= format.version)
}

/// Opens a file to read it. Not read-only: after a crash, the first connection restores the file from its journal.
/// `None` if there is none, or if it has an older version.
pub(crate) async fn open_to_read(
    directory: &Path,
    format: &Format,
) -> Result<Option<SqliteConnection>, StoreError> {
    let path = directory.join(format.file_name);
    let Some(file) = existing(&path)? else {
        return Ok(None);
    };
    reject_foreign(&file, &path, format)?;
    // Another process is creating it, or will replace its tables.
    let is_empty = file.len().is_ok_and(|bytes| bytes == 0);
    let header = file.header().ok().flatten();
    if is_empty || header.is_some_and(|header| header.user_version < format.version) {
        return Ok(None);
    }
    Ok(Some(settings(&path).connect().await?))
}

/// Returns the file's handle; `None` if there is no file.
pub(crate) fn existing(path: &Path) -> Result<Option<Arc<DatabaseFile>>, StoreError> {
    if !path.is_file() {
        return Ok(None);
    }
    DatabaseFile::open_existing(path)
        .map(Some)
        .map_err(|cause| StoreError::ReadOnly {
            path: path.to_owned(),
            cause: Some(cause),
        })
}

fn settings(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "OFF")
}

/// Rejects the database of another program and a fragment, before SQLite connects.
fn reject_foreign(file: &DatabaseFile, path: &Path, format: &Format) -> Result<(), StoreError> {
    let header = file.header().map_err(|cause| StoreError::Failed {
        cause: Box::new(cause),
    })?;
    let is_foreign = header.is_some_and(|found| {
        found.wal || (found.application_id != 0 && found.application_id != format.application_id)
    });
    if is_foreign {
        return Err(StoreError::NotKeystile {
            path: path.to_owned(),
        });
    }
    reject_fragment(file, path)
}
