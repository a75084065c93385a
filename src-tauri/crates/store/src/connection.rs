//! A connection to the database of a store, and the choice of the module that has its SQL.

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

use crate::error::StoreError;

/// A connection or transaction, for reading rows.
#[derive(Debug)]
pub struct Connection<'c>(Kind<'c>);

#[derive(Debug)]
enum Kind<'c> {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTransaction(Transaction<'c, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTransaction(Transaction<'c, Postgres>),
}

/// The connection of one of the databases.
pub(crate) enum Database<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Database<'_> {
    /// Returns the connection for a shorter time.
    pub(crate) fn database(&mut self) -> Database<'_> {
        match self {
            Self::Sqlite(connection) => Database::Sqlite(connection),
            Self::Postgres(connection) => Database::Postgres(connection),
        }
    }
}

impl Connection<'_> {
    /// Returns the connection of its database.
    pub(crate) fn database(&mut self) -> Database<'_> {
        match &mut self.0 {
            Kind::Sqlite(connection) => Database::Sqlite(connection),
            Kind::SqliteTransaction(transaction) => Database::Sqlite(transaction),
            Kind::Postgres(connection) => Database::Postgres(connection),
            Kind::PostgresTransaction(transaction) => Database::Postgres(transaction),
        }
    }

    /// Commits the transaction. Does nothing without one.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
            Kind::SqliteTransaction(transaction) => transaction.commit().await?,
            Kind::PostgresTransaction(transaction) => transaction.commit().await?,
            Kind::Sqlite(_) | Kind::Postgres(_) => {}
        }
        Ok(())
    }

    /// Ends the use of the connection now instead of when it is used next.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn close(self) -> Result<(), StoreError> {
        self.roll_back().await
    }

    /// Rolls the transaction back. Does nothing without one.
    pub(crate) async fn roll_back(self) -> Result<(), StoreError> {
        match self.0 {
            Kind::SqliteTransaction(transaction) => transaction.rollback().await?,
            Kind::PostgresTransaction(transaction) => transaction.rollback().await?,
            Kind::Sqlite(_) | Kind::Postgres(_) => {}
        }
        Ok(())
    }
}

impl From<PoolConnection<Sqlite>> for Connection<'_> {
    fn from(connection: PoolConnection<Sqlite>) -> Self {
        Self(Kind::Sqlite(connection))
    }
}

impl<'c> From<Transaction<'c, Sqlite>> for Connection<'c> {
    fn from(transaction: Transaction<'c, Sqlite>) -> Self {
        Self(Kind::SqliteTransaction(transaction))
    }
}

impl From<PoolConnection<Postgres>> for Connection<'_> {
    fn from(connection: PoolConnection<Postgres>) -> Self {
        Self(Kind::Postgres(connection))
    }
}

impl<'c> From<Transaction<'c, Postgres>> for Connection<'c> {
    fn from(transaction: Transaction<'c, Postgres>) -> Self {
        Self(Kind::PostgresTransaction(transaction))
    }
}

/// Calls a function of the module of a connection's database: `on_database!(connection, key::find(id))` is
/// `sqlite::key::find(connection, id)` or `postgres::key::find(connection, id)`.
macro_rules! on_database {
    ($connection:expr, $module:ident::$function:ident($($argument:expr),*)) => {
        match $connection.database() {
            $crate::connection::Database::Sqlite(connection) => {
                $crate::sqlite::$module::$function(connection, $($argument),*).await
            }
            $crate::connection::Database::Postgres(connection) => {
                $crate::postgres::$module::$function(connection, $($argument),*).await
            }
        }
    };
}
pub(crate) use on_database;
