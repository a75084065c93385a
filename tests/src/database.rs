//! The database as it lies on the disk, seen by a program that is not Keystile. It can also hold a read lock for as
//! long as a journey wants, which is how a commit is made to fail.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Row};
use tokio::runtime::{Builder, Runtime};

use crate::error::{TestError, TestResult};

/// One file, opened anew for each question.
pub struct Database {
    path: PathBuf,
    runtime: Runtime,
}

/// While this exists, nobody can commit.
pub struct ReadLock<'a> {
    database: &'a Database,
    connection: Option<SqliteConnection>,
}

impl Database {
    /// The database at `path`.
    ///
    /// # Errors
    /// No runtime for the driver.
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

    /// The first column of every row, as text.
    ///
    /// # Errors
    /// The database refused the question.
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

    /// Changes something behind Keystile's back, as somebody with the file in his hands could.
    ///
    /// # Errors
    /// The database refused it.
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

    /// How many rows of `keys` meet this condition.
    ///
    /// # Errors
    /// As [`Database::texts`].
    pub fn count_keys(&self, condition: &str) -> TestResult<usize> {
        let rows = self.query_texts(&format!("SELECT id FROM keys WHERE {condition}"))?;
        Ok(rows.len())
    }

    /// How many audit rows name this action.
    ///
    /// # Errors
    /// As [`Database::texts`].
    pub fn count_audit_rows(&self, action: &str) -> TestResult<usize> {
        let sql = format!("SELECT action FROM audit WHERE action = '{action}'");
        Ok(self.query_texts(&sql)?.len())
    }

    /// What SQLite says of the file's soundness: `ok`.
    ///
    /// # Errors
    /// As [`Database::texts`].
    pub fn integrity_check(&self) -> TestResult<String> {
        Ok(self.query_texts("PRAGMA integrity_check")?.join("; "))
    }

    /// Begins to read and does not end.
    ///
    /// # Errors
    /// As [`Database::texts`].
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
            // A connection that cannot be closed is dropped, which frees the lock too.
            let _freed = self.database.runtime.block_on(connection.close());
        }
    }
}
