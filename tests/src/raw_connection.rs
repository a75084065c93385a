//! A connection of a program other than Keystile to one of the databases.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, PgConnection, SqliteConnection};

/// A plain connection. On PostgreSQL, names of tables are those of the schema `keystile`.
#[derive(Debug)]
pub enum RawConnection {
    /// To a SQLite file.
    Sqlite(SqliteConnection),
    /// To a PostgreSQL database.
    Postgres(PgConnection),
}

impl RawConnection {
    /// Executes statements.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn execute(&mut self, statements: &str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => {
                sqlx::raw_sql(statements).execute(connection).await?;
            }
            Self::Postgres(connection) => {
                sqlx::raw_sql(statements).execute(connection).await?;
            }
        }
        Ok(())
    }

    /// Reads rows; a failure fails the test.
    pub async fn fetch_all<T>(&mut self, query: &str) -> Vec<T>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        match self {
            Self::Sqlite(connection) => sqlx::query_as(query).fetch_all(connection).await,
            Self::Postgres(connection) => sqlx::query_as(query).fetch_all(connection).await,
        }
        .expect("rows")
    }

    /// Reads a number; a failure fails the test.
    pub async fn fetch_number(&mut self, query: &str) -> i64 {
        self.fetch_all::<(i64,)>(query).await[0].0
    }
}
