//! Faults that tests cause in the database of a store.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_store::USAGE_FILE;

use crate::raw_connection::RawConnection;
use crate::temp_store::TempStore;

/// While it exists, changes of keys cannot be committed.
#[derive(Debug)]
pub struct BlockedCommits(RawConnection);

impl BlockedCommits {
    /// Makes commits fail. On SQLite, an open read transaction does; on PostgreSQL, a deferred trigger.
    pub async fn new(temp: &TempStore) -> Self {
        let mut connection = temp.foreign_connection().await;
        let statements = match &connection {
            RawConnection::Sqlite(_) => "BEGIN; SELECT count(*) FROM keys",
            RawConnection::Postgres(_) => {
                "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
                 BEGIN RAISE EXCEPTION 'no commit' USING ERRCODE = 'lock_not_available'; END $$;
                 CREATE CONSTRAINT TRIGGER fails AFTER UPDATE ON keys DEFERRABLE INITIALLY DEFERRED
                   FOR EACH ROW EXECUTE FUNCTION fail()"
            }
        };
        run(&mut connection, statements).await;
        Self(connection)
    }

    /// Allows commits again.
    pub async fn release(mut self) {
        let statement = match &self.0 {
            RawConnection::Sqlite(_) => "ROLLBACK",
            RawConnection::Postgres(_) => "DROP TRIGGER fails ON keys",
        };
        run(&mut self.0, statement).await;
    }
}

/// Makes every insertion into a table fail.
pub async fn reject_inserts(temp: &TempStore, table: &str) {
    let mut connection = temp.foreign_connection().await;
    let statements = match &connection {
        RawConnection::Sqlite(_) => format!(
            "CREATE TRIGGER fails BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'rejected'); END"
        ),
        RawConnection::Postgres(_) => format!(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'rejected'; END $$;
             CREATE TRIGGER fails BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fail()"
        ),
    };
    run(&mut connection, &statements).await;
}

/// While it exists, usage counts cannot be written.
#[derive(Debug)]
pub struct UnwritableUsage {
    temp: TempStore,
}

impl UnwritableUsage {
    /// Replaces the usage file by a directory, or renames a table.
    pub async fn new(temp: &TempStore) -> Self {
        if temp.is_postgres() {
            temp.run_sql("ALTER TABLE uses RENAME TO moved_uses").await;
        } else {
            let path = temp.store_path().join(USAGE_FILE);
            std::fs::remove_file(&path).expect("the file of the new store");
            std::fs::create_dir(&path).expect("a directory in place of the file");
        }
        Self { temp: temp.clone() }
    }

    /// Makes the counts writable again.
    pub async fn end(self) {
        if self.temp.is_postgres() {
            self.temp
                .run_sql("ALTER TABLE moved_uses RENAME TO uses")
                .await;
        } else {
            let path = self.temp.store_path().join(USAGE_FILE);
            std::fs::remove_dir(path).expect("removed");
        }
    }
}

async fn run(connection: &mut RawConnection, statements: &str) {
    let done = connection.execute(statements).await;
    done.unwrap_or_else(|error| panic!("{statements}: {error}"));
}
