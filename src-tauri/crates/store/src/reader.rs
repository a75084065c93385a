//! A connection of its own for the verifier's reads, and the one way to read with it: a short transaction that knows
//! under which change counter it stands. Nothing here outlives a transaction but the connection. It knows no key.

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{Sqlite, SqliteConnectOptions};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, Transaction};

use crate::database_file::DatabaseFile;
use crate::error::StoreError;
use crate::open::Store;

/// How long a read waits for a writer. Then the caller fails closed.
const LOCK_LIMIT: Duration = Duration::from_secs(1);

/// Reads with a connection of its own, so that no other work stands before it in a pool.
#[derive(Debug)]
pub struct Reader {
    connection: SqliteConnection,
    file: Arc<DatabaseFile>,
}

/// The last audit row of a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// Its number.
    pub seq: i64,
    /// Its hash, which stands for every row before it as well.
    pub hash: Vec<u8>,
}

/// A read transaction. While it lasts nobody commits, so keep it short and await nothing else in it.
pub struct Snapshot<'r> {
    transaction: Transaction<'r, Sqlite>,
    change_counter: u32,
    head: Option<AuditHead>,
}

impl Store {
    /// A connection for reading that belongs to the caller.
    ///
    /// # Errors
    /// `Busy` or `Failed`.
    pub async fn reader(&self) -> Result<Reader, StoreError> {
        // Not with the pool's settings: setting the journal mode would quietly turn a WAL file back.
        let connection = SqliteConnectOptions::new()
            .filename(self.path())
            .create_if_missing(false)
            .busy_timeout(LOCK_LIMIT)
            .pragma("trusted_schema", "OFF")
            .pragma("query_only", "ON")
            .connect()
            .await?;
        Ok(Reader {
            connection,
            file: Arc::clone(self.file()),
        })
    }
}

impl Reader {
    /// Begins to read.
    ///
    /// # Errors
    /// `Busy` after 1 s, `Failed` also when the database is not in rollback mode.
    pub async fn begin(&mut self) -> Result<Snapshot<'_>, StoreError> {
        let mut transaction = self.connection.begin().await?;
        // The first SELECT takes the lock and undoes what a dead writer left half done. Only after it does the header
        // show what was committed: <https://www.sqlite.org/lockingv3.html>.
        let head = sqlx::query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut *transaction)
            .await?
            .map(|row| {
                Ok::<_, sqlx::Error>(AuditHead {
                    seq: row.try_get("seq")?,
                    hash: row.try_get("hash")?,
                })
            })
            .transpose()?;
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
            change_counter: probe.change_counter,
            head,
        })
    }
}

impl Snapshot<'_> {
    /// SQLite's file change counter, as it stands with the rows that can be read here.
    pub fn change_counter(&self) -> u32 {
        self.change_counter
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
