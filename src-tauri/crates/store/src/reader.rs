//! A dedicated connection for the verifier, which reads in short transactions that know the last commit they contain.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{Sqlite, SqliteConnectOptions};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, Transaction};

use crate::audit_head::AuditHead;
use crate::database_file::{CommitId, DatabaseFile};
use crate::error::StoreError;
use crate::open::{Store, cached_nonce};

/// How long a read waits for a writer.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// A dedicated connection, so that reads do not wait for a pool.
#[derive(Debug)]
pub struct Reader {
    connection: SqliteConnection,
    file: Arc<DatabaseFile>,
    path: PathBuf,
}

/// A read transaction. It blocks commits, so it must be short.
pub struct Snapshot<'r> {
    transaction: Transaction<'r, Sqlite>,
    commit: CommitId,
    commits: i64,
    head: Option<AuditHead>,
}

impl Store {
    /// Opens a dedicated connection for reading.
    ///
    /// # Errors
    /// `Busy` or `Failed`.
    pub async fn reader(&self) -> Result<Reader, StoreError> {
        Ok(Reader {
            connection: connect(self.path()).await?,
            file: self.file(),
            path: self.path().to_owned(),
        })
    }
}

async fn connect(path: &Path) -> Result<SqliteConnection, StoreError> {
    // Without the settings of the pool, because setting the journal mode would switch a WAL file back.
    Ok(SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(LOCK_TIMEOUT)
        .pragma("trusted_schema", "OFF")
        .pragma("query_only", "ON")
        .connect()
        .await?)
}

impl Reader {
    /// Returns whether this reads the database file that the store uses now.
    pub fn is_of(&self, store: &Store) -> bool {
        Arc::ptr_eq(&self.file, &store.file())
    }

    fn nonce(&self) -> Result<u32, StoreError> {
        let state = self
            .file
            .commit_state()
            .map_err(|cause| StoreError::Failed {
                cause: Box::new(cause),
            })?;
        Ok(state.commit.nonce)
    }

    /// Begins a read transaction.
    ///
    /// # Errors
    /// `Busy` after 1 s, `Failed` also if the database is in WAL mode.
    pub async fn begin(&mut self) -> Result<Snapshot<'_>, StoreError> {
        // A commit between the two reads makes them differ once, a stale page cache every time.
        for _ in 0..2 {
            if cached_nonce(&mut self.connection).await? == self.nonce()? {
                break;
            }
            self.connection = connect(&self.path).await?;
        }
        let mut transaction = self.connection.begin().await?;
        // The first SELECT takes the lock and rolls back a hot journal. Only then does the header show the last commit
        // (<https://www.sqlite.org/lockingv3.html>).
        let row = sqlx::query(
            "SELECT commits.count, head.seq, head.mac FROM commits
               LEFT JOIN (SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1) AS head",
        )
        .fetch_one(&mut *transaction)
        .await?;
        let commits = row.try_get("count")?;
        let seq: Option<i64> = row.try_get("seq")?;
        let head = match seq {
            Some(seq) => Some(AuditHead {
                seq,
                mac: row.try_get("mac")?,
            }),
            None => None,
        };
        let state = self
            .file
            .commit_state()
            .map_err(|cause| StoreError::Failed {
                cause: Box::new(cause),
            })?;
        if !state.is_rollback_journal {
            return Err(StoreError::Failed {
                cause: "the database was switched to WAL".into(),
            });
        }
        Ok(Snapshot {
            transaction,
            commit: state.commit,
            commits,
            head,
        })
    }
}

impl Snapshot<'_> {
    /// Returns the last commit in this snapshot.
    pub fn commit(&self) -> CommitId {
        self.commit
    }

    /// Returns how many transactions Keystile has committed. If the change counter moved differently, another program
    /// wrote.
    pub(crate) fn commits(&self) -> i64 {
        self.commits
    }

    /// Returns the last audit row.
    pub(crate) fn head(&self) -> Option<&AuditHead> {
        self.head.as_ref()
    }

    /// Returns the connection, for reads in this transaction.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    /// Ends the transaction.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn end(self) -> Result<(), StoreError> {
        Ok(self.transaction.rollback().await?)
    }
}
