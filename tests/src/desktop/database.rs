//! The database file as another program sees it. A read lock makes commits of the application fail.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Row};
use tokio::runtime::{Builder, Runtime};

use super::error::{TestError, TestResult};

/// A database file, opened for each query.
pub struct Database {
    path: PathBuf,
    runtime: Runtime,
}

/// A read transaction. No commit succeeds while it exists.
pub struct ReadLock<'a> {
    database: &'a Database,
    connection: Option<SqliteConnection>,
}

impl Database {
    /// Returns the database at `path`.
    ///
    /// # Errors
    /// The runtime could not be created.
    pub fn at(path: &Path) -> TestResult<Self> {
        Ok(Self {
            path: path.to_owned(),
            runtime: Builder::new_current_thread().enable_all().build()?,
        })
    }

    async fn connect(&self) -> Result<SqliteConnection, sqlx::Error> {
        SqliteConnectOptions::new()
            .filename(&self.path)
            .busy_timeout(std::time::Duration::from_secs(10))
            .read_only(true)
            .connect()
            .await
    }

    /// Returns the first column of every row.
    ///
    /// # Errors
    /// SQLite failed.
    pub fn query_texts(&self, sql: &str) -> TestResult<Vec<String>> {
        self.runtime.block_on(async {
            let mut connection = self.connect().await?;
            let rows = sqlx::query(sql).fetch_all(&mut connection).await?;
            connection.close().await?;
            rows.iter()
                .map(|row| row.try_get::<String, _>(0).map_err(TestError::from))
                .collect()
        })
    }

    /// Executes a statement, as another program with access to the file could.
    ///
    /// # Errors
    /// SQLite failed.
    pub fn execute_sql(&self, sql: &str) -> TestResult {
        self.runtime.block_on(async {
            let mut connection = SqliteConnectOptions::new()
                .filename(&self.path)
                .busy_timeout(std::time::Duration::from_secs(10))
                .connect()
                .await?;
            sqlx::query(sql).execute(&mut connection).await?;
            connection.close().await?;
            Ok(())
        })
    }

    /// Counts the keys that meet this condition.
    ///
    /// # Errors
    /// As [`Database::query_texts`].
    pub fn count_keys(&self, condition: &str) -> TestResult<usize> {
        let rows = self.query_texts(&format!("SELECT id FROM keys WHERE {condition}"))?;
        Ok(rows.len())
    }

    /// Counts the audit rows with this action.
    ///
    /// # Errors
    /// As [`Database::query_texts`].
    pub fn count_audit_rows(&self, action: &str) -> TestResult<usize> {
        let sql = format!("SELECT action FROM audit WHERE action = '{action}'");
        Ok(self.query_texts(&sql)?.len())
    }

    /// Returns the result of SQLite's integrity check: `ok` or the errors.
    ///
    /// # Errors
    /// As [`Database::query_texts`].
    pub fn integrity_check(&self) -> TestResult<String> {
        Ok(self.query_texts("PRAGMA integrity_check")?.join("; "))
    }

    /// Begins a read transaction.
    ///
    /// # Errors
    /// As [`Database::query_texts`].
    pub fn hold_read_lock(&self) -> TestResult<ReadLock<'_>> {
        let connection = self.runtime.block_on(async {
            let mut connection = self.connect().await?;
            sqlx::query("BEGIN").execute(&mut connection).await?;
            sqlx::query("SELECT count(*) FROM keys")
                .fetch_one(&mut connection)
                .await?;
            Ok::<_, sqlx::Error>(connection)
        })?;
        Ok(ReadLock {
            database: self,
            connection: Some(connection),
        })
    }
}

impl Drop for ReadLock<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Dropping a connection that cannot be closed frees the lock too.
            let _closed = self.database.runtime.block_on(connection.close());
        }
    }
}
