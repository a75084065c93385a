//! A dedicated connection, which reads in short transactions that know the last commit they contain.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{Sqlite, SqliteConnectOptions};
use sqlx::{ConnectOptions, Connection as _, SqliteConnection, Transaction};

use crate::audit_head::AuditHead;
use crate::changes::Changes;
use crate::columns::Columns;
use crate::commit_id::CommitId;
use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::sqlite::audit;

/// How long a read waits for a writer.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// A dedicated connection, so that reads do not wait for a pool.
#[derive(Debug)]
pub(crate) struct SqliteReader {
    connection: SqliteConnection,
    file: Arc<DatabaseFile>,
    path: PathBuf,
}

/// The state of the database in a read transaction, to compare a later one with.
#[derive(Debug, Clone)]
pub(crate) struct SqlitePoint {
    pub(crate) commit: CommitId,
    /// How many transactions Keystile has committed. If the change counter moved differently, another program wrote.
    commits: i64,
    head: Option<AuditHead>,
}

impl SqliteReader {
    pub(crate) async fn connect(path: &Path, file: Arc<DatabaseFile>) -> Result<Self, StoreError> {
        Ok(Self {
            connection: connect(path).await?,
            file,
            path: path.to_owned(),
        })
    }

    pub(crate) fn file(&self) -> &Arc<DatabaseFile> {
        &self.file
    }

    fn nonce(&self) -> Result<u32, StoreError> {
        let state = self
            .file
            .commit_state()
            .map_err(|cause| StoreError::Failed {
                cause: Box::new(cause),
            })?;
        Ok(state.commit.nonce())
    }

    /// Begins a read transaction. It blocks commits, so it must be short.
    ///
    /// # Errors
    /// `Busy` after 1 s, `Failed` also if the database is in WAL mode.
    pub(crate) async fn begin(
        &mut self,
    ) -> Result<(Transaction<'_, Sqlite>, SqlitePoint), StoreError> {
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
        let commits = row.integer("count")?;
        let head = match row.optional_integer("seq")? {
            Some(_) => Some(AuditHead::from_row(&row)?),
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
        let point = SqlitePoint {
            commit: state.commit,
            commits,
            head,
        };
        Ok((transaction, point))
    }
}

impl SqlitePoint {
    /// See [`LastRead::changes_until`](crate::LastRead::changes_until).
    pub(crate) async fn changes_until(
        &self,
        later: &Self,
        connection: &mut SqliteConnection,
        limit: u32,
    ) -> Result<Changes, StoreError> {
        let seq = self.head.as_ref().map_or(0, |head| head.seq);
        if let Some(head) = &self.head {
            let mac = audit::find_mac(connection, seq).await?;
            if mac.as_ref() != Some(&head.mac) {
                return Ok(Changes::Restored);
            }
        }
        let all = later
            .commit
            .change_counter()
            .wrapping_sub(self.commit.change_counter());
        if later.commits - self.commits != i64::from(all) {
            return Ok(Changes::OtherProgram);
        }
        let rows = audit::changed_ids_after(connection, seq, limit + 1).await?;
        if rows.len() > limit as usize {
            return Ok(Changes::TooMany);
        }
        Ok(Changes::Rows(rows))
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

/// Returns the nonce of the last commit from the page cache of a connection.
pub(crate) async fn cached_nonce(connection: &mut SqliteConnection) -> Result<u32, sqlx::Error> {
    let nonce: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(connection)
        .await?;
    Ok(u32::try_from(nonce).unwrap_or_default())
}
