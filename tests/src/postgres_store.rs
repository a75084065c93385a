//! A store in a PostgreSQL database of its own, as the programs of one machine use it.
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use keystile_store::{PostgresAddress, Store, StoreAddress, StoreError};
use keystile_test_postgres::TestDatabase;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};
use tokio::sync::OnceCell;

use crate::temp_store::create_private_dir;

/// The database, and the folder with the files of one machine.
#[derive(Debug, Clone)]
pub(crate) struct PostgresStore {
    database: Arc<TestDatabase>,
    /// The id of the deployment, once the store was created.
    deployment: Arc<OnceCell<String>>,
    state_directory: PathBuf,
}

impl PostgresStore {
    /// Creates an empty database.
    pub(crate) fn new(state_directory: PathBuf) -> Self {
        Self {
            database: Arc::new(TestDatabase::create()),
            deployment: Arc::new(OnceCell::new()),
            state_directory,
        }
    }

    /// Returns the store as a second machine uses it, which has been given the install key.
    pub(crate) fn on_second_machine(&self, state_directory: PathBuf) -> Self {
        let second = Self {
            state_directory,
            ..self.clone()
        };
        create_private_dir(&second.store_path());
        let install_key = Path::new("install.key");
        std::fs::copy(
            self.store_path().join(install_key),
            second.store_path().join(install_key),
        )
        .expect("the install key of the first machine");
        second
    }

    /// Returns the address, with the folder of this machine.
    pub(crate) fn address(&self) -> PostgresAddress {
        PostgresAddress::from_str(&self.database.url())
            .expect("an address")
            .with_state_directory(&self.state_directory)
    }

    pub(crate) fn url(&self) -> String {
        self.database.url()
    }

    pub(crate) fn state_directory(&self) -> &Path {
        &self.state_directory
    }

    /// Creates the store unless it exists, and opens it.
    pub(crate) async fn open(&self) -> Result<Store, StoreError> {
        let create = async || {
            let created = Store::create_in(&self.address()).await?;
            Ok::<_, StoreError>(created.deployment)
        };
        self.deployment.get_or_try_init(create).await?;
        Store::open_at(&StoreAddress::Postgres(self.address()), "test").await
    }

    /// Returns the folder of this machine's files for the store.
    pub(crate) fn store_path(&self) -> PathBuf {
        let deployment = self.deployment.get().expect("a store that was opened");
        self.state_directory.join(deployment)
    }

    /// Connects as a program other than Keystile, with the tables of the store.
    pub(crate) async fn raw_connection(&self) -> PgConnection {
        self.options().connect().await.expect("a connection")
    }

    /// Connects as a superuser who turns triggers and foreign keys off.
    pub(crate) async fn raw_connection_without_triggers(&self) -> PgConnection {
        self.options()
            .options([("session_replication_role", "replica")])
            .connect()
            .await
            .expect("a connection")
    }

    fn options(&self) -> PgConnectOptions {
        PgConnectOptions::from_str(&self.database.url())
            .expect("options")
            .options([("search_path", "keystile")])
    }

    /// Returns every column of every table with all of its values.
    pub(crate) async fn columns(&self) -> Vec<(String, Vec<u8>)> {
        let mut connection = self.raw_connection().await;
        let columns: Vec<(String, String, bool)> = sqlx::query_as(
            "SELECT table_name::text, column_name::text, data_type = 'bytea' FROM information_schema.columns
              WHERE table_schema = 'keystile'",
        )
        .fetch_all(&mut connection)
        .await
        .expect("the columns");
        let mut contents = Vec::with_capacity(columns.len());
        for (table, column, is_binary) in columns {
            let value = match is_binary {
                true => column.clone(),
                false => format!("convert_to({column}::text, 'UTF8')"),
            };
            let sql = format!("SELECT coalesce(string_agg({value}, '\n'), '') FROM {table}");
            let values = sqlx::query_scalar(&sql).fetch_one(&mut connection).await;
            contents.push((format!("{table}.{column}"), values.expect("the values")));
        }
        contents
    }

    /// Returns how many process locks are held on the server.
    pub(crate) async fn count_locks(&self) -> i64 {
        sqlx::query_scalar(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
        .fetch_one(&mut self.raw_connection().await)
        .await
        .expect("locks")
    }
}
