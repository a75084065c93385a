//! A dedicated connection for the verifier, which reads in short transactions that know the last commit they contain.

use std::sync::Arc;

use keystile_lease::Head;

use crate::changes::Changes;
use crate::commit_id::CommitId;
use crate::connection::{Connection, Database};
use crate::error::StoreError;
use crate::postgres::reader::{PostgresPoint, PostgresReader};
use crate::sqlite::reader::{SqlitePoint, SqliteReader};
use crate::store::{Backend, Store};

/// A dedicated connection, so that reads do not wait for a pool.
#[derive(Debug)]
pub struct Reader(Kind);

#[derive(Debug)]
enum Kind {
    Sqlite(SqliteReader),
    Postgres(PostgresReader),
}

/// A read transaction. On SQLite it blocks commits, so it must be short.
pub struct Snapshot<'r> {
    connection: Connection<'r>,
    point: Point,
}

#[derive(Debug, Clone)]
enum Point {
    Sqlite(SqlitePoint),
    Postgres(PostgresPoint),
}

/// The state of the database when rows were last read, to compare a later snapshot with.
#[derive(Debug, Clone)]
pub struct LastRead(Point);

impl Store {
    /// Opens a dedicated connection for reading.
    ///
    /// # Errors
    /// `Busy` or `Failed`.
    pub async fn reader(&self) -> Result<Reader, StoreError> {
        Ok(Reader(match self.backend() {
            Backend::Sqlite(store) => Kind::Sqlite(store.reader().await?),
            Backend::Postgres(store) => Kind::Postgres(store.reader().await?),
        }))
    }
}

impl Reader {
    /// Returns whether this reads the database that the store uses now.
    pub fn is_of(&self, store: &Store) -> bool {
        match (&self.0, store.backend()) {
            (Kind::Sqlite(reader), Backend::Sqlite(store)) => {
                Arc::ptr_eq(reader.file(), &store.file())
            }
            (Kind::Postgres(_), Backend::Postgres(_)) => true,
            _ => false,
        }
    }

    /// Begins a read transaction.
    ///
    /// # Errors
    /// `Busy` after 1 s, `Failed` also if the database is a SQLite database in WAL mode.
    pub async fn begin(&mut self) -> Result<Snapshot<'_>, StoreError> {
        Ok(match &mut self.0 {
            Kind::Sqlite(reader) => {
                let (transaction, point) = reader.begin().await?;
                Snapshot {
                    connection: transaction.into(),
                    point: Point::Sqlite(point),
                }
            }
            Kind::Postgres(reader) => {
                let (transaction, point) = reader.begin().await?;
                Snapshot {
                    connection: transaction.into(),
                    point: Point::Postgres(point),
                }
            }
        })
    }
}

impl<'r> Snapshot<'r> {
    /// Returns the last commit in this snapshot.
    pub fn commit(&self) -> CommitId {
        match &self.point {
            Point::Sqlite(point) => point.commit,
            Point::Postgres(point) => point.commit(),
        }
    }

    /// Returns the last audit row, to which a lease refers; `None` on SQLite.
    pub fn head(&self) -> Option<Head> {
        match &self.point {
            Point::Sqlite(_) => None,
            Point::Postgres(point) => Some(point.head()),
        }
    }

    /// Returns the connection, for reads in this transaction.
    pub fn connection(&mut self) -> &mut Connection<'r> {
        &mut self.connection
    }

    /// Ends the transaction.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn end(self) -> Result<(), StoreError> {
        self.connection.roll_back().await
    }
}

impl LastRead {
    /// Remembers a snapshot from which rows are read.
    pub fn new(snapshot: &Snapshot<'_>) -> Self {
        Self(snapshot.point.clone())
    }

    /// Returns what was committed between this and a later snapshot. `limit`: the number of audit rows to return at most.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn changes_until(
        &self,
        snapshot: &mut Snapshot<'_>,
        limit: u32,
    ) -> Result<Changes, StoreError> {
        match (&self.0, &snapshot.point, snapshot.connection.database()) {
            (Point::Sqlite(from), Point::Sqlite(to), Database::Sqlite(connection)) => {
                from.changes_until(to, connection, limit).await
            }
            (Point::Postgres(from), Point::Postgres(to), Database::Postgres(connection)) => {
                from.changes_until(to, connection, limit).await
            }
            // The snapshot is of another store.
            _ => Ok(Changes::Restored),
        }
    }
}
