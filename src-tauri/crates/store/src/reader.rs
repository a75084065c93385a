//! A connection of its own for the verifier's reads, and the one way to read with it: a short transaction that knows
//! under which change counter it stands. Nothing here outlives a transaction but the connection. It knows no key.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{Sqlite, SqliteConnectOptions};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, Transaction};

use crate::audit_head::AuditHead;
use crate::database_file::{CommitId, DatabaseFile};
use crate::error::StoreError;
use crate::open::{Store, cached_nonce};

/// How long a read waits for a writer. Then the caller fails closed.
const LOCK_LIMIT: Duration = Duration::from_secs(1);

/// Reads with a connection of its own, so that no other work stands before it in a pool.
#[derive(Debug)]
pub struct Reader {
    connection: SqliteConnection,
    file: Arc<DatabaseFile>,
    path: PathBuf,
}

/// A read transaction. While it lasts nobody commits, so keep it short and await nothing else in it.
pub struct Snapshot<'r> {
    transaction: Transaction<'r, Sqlite>,
    commit: CommitId,
    commits: i64,
    head: Option<AuditHead>,
}

impl Store {
    /// A connection for reading that belongs to the caller.
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
    // Not with the pool's settings: setting the journal mode would quietly turn a WAL file back.
    Ok(SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(LOCK_LIMIT)
        .pragma("trusted_schema", "OFF")
        .pragma("query_only", "ON")
        .connect()
        .await?)
}

impl Reader {
    fn nonce(&self) -> Result<u32, StoreError> {
        let probe = self.file.probe().map_err(|cause| StoreError::Failed {
            cause: Box::new(cause),
        })?;
        Ok(probe.commit.nonce)
    }

    /// Begins to read.
    ///
    /// # Errors
    /// `Busy` after 1 s, `Failed` also when the database is not in rollback mode.
    pub async fn begin(&mut self) -> Result<Snapshot<'_>, StoreError> {
        // A commit between the two looks makes them differ once, a stale page cache for good.
        for _ in 0..2 {
            if cached_nonce(&mut self.connection).await? == self.nonce()? {
                break;
            }
            self.connection = connect(&self.path).await?;
        }
        let mut transaction = self.connection.begin().await?;
        // The first SELECT takes the lock and undoes what a dead writer left half done. Only after it does the header
        // show what was committed: <https://www.sqlite.org/lockingv3.html>.
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
        let probe = self.file.probe().map_err(|cause| StoreError::Failed {
            cause: Box::new(cause),
        })?;
        if !probe.rollback {
            return Err(StoreError::Failed {
                cause: "the database was switched to WAL".into(),
            });
        }
        Ok(Snapshot {
            transaction,
            commit: probe.commit,
            commits,
            head,
        })
    }
}

impl Snapshot<'_> {
    /// The last commit, as the header tells it with the rows that can be read here.
    pub fn commit(&self) -> CommitId {
        self.commit
    }

    /// How many transactions Keystile has committed. Where it moved differently from the change counter, another program
    /// wrote.
    pub fn commits(&self) -> i64 {
        self.commits
    }

    /// The last audit row.
    pub fn head(&self) -> Option<&AuditHead> {
        self.head.as_ref()
    }

    /// For reading rows.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    /// Lets writers go on.
    ///
    /// # Errors
    /// As every read.
    pub async fn end(self) -> Result<(), StoreError> {
        Ok(self.transaction.rollback().await?)
    }
}
