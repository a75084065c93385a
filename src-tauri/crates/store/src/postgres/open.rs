//! Connections to a PostgreSQL database. Each read and each write is a transaction, which sets the machine for which it
//! reads keychain entries, settings, and ports.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection as _, PgConnection, PgPool, Postgres, Transaction};

use crate::commit_id::CommitId;
use crate::error::StoreError;
use crate::postgres::address::PostgresAddress;
use crate::postgres::deployment::{self, Deployment};
use crate::postgres::error::PostgresError;
use crate::postgres::head_follower::{HeadFollower, read_commit};
use crate::postgres::reader::PostgresReader;
use crate::postgres::session::Session;
use crate::postgres::shared_commit::SharedCommit;
use crate::postgres::unnamed;
use crate::postgres::usage_table::UsageTable;

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The connections of a program, besides those that it holds for its lease.
const MAX_CONNECTIONS: u32 = 8;
/// The oldest supported server, as `server_version_num`.
const MIN_SERVER: u32 = 140_000;

/// A store in a PostgreSQL database.
#[derive(Debug)]
pub(crate) struct PostgresStore {
    pool: PgPool,
    options: Arc<PgConnectOptions>,
    session: Session,
    /// Started when the last commit is first asked for.
    follower: OnceLock<HeadFollower>,
}

impl PostgresStore {
    pub(crate) fn new(address: &PostgresAddress, session: Session) -> Self {
        let options = address.options().clone().application_name("keystile");
        let pool = PgPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(Duration::from_secs(6))
            .connect_lazy_with(options.clone());
        Self {
            pool,
            options: Arc::new(options),
            session,
            follower: OnceLock::new(),
        }
    }

    /// Returns the pool.
    pub(crate) fn pool(&self) -> PgPool {
        self.pool.clone()
    }

    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// Opens a dedicated connection for reading.
    pub(crate) async fn reader(&self) -> Result<PostgresReader, StoreError> {
        let connection = self.options.connect().await?;
        Ok(PostgresReader::new(connection, self.session.clone()))
    }

    /// Returns the tables of usage counts, for writing.
    pub(crate) fn usage_table(&self) -> UsageTable {
        UsageTable::new(self.pool())
    }

    /// See [`Store::last_commit`](crate::Store::last_commit).
    pub(crate) fn last_commit(&self) -> Result<CommitId, StoreError> {
        let start = || HeadFollower::start(self.pool(), &self.options);
        let last = self.follower.get_or_init(start).last_commit();
        last.ok_or_else(|| {
            PostgresError::Unreachable {
                cause: sqlx::Error::PoolTimedOut,
            }
            .into()
        })
    }

    /// See [`Store::current_commit`](crate::Store::current_commit).
    pub(crate) async fn current_commit(&self) -> Result<CommitId, StoreError> {
        read_commit(&self.pool).await
    }

    /// Begins a read transaction on a pooled connection.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        Ok(self.pool.begin_with(self.session.begin_read()).await?)
    }

    /// Begins a write transaction, which locks the row of the deployment.
    ///
    /// # Errors
    /// `Busy` if another program holds the lock for 5 s.
    pub(crate) async fn write(
        &self,
    ) -> Result<(Transaction<'static, Postgres>, SharedCommit), StoreError> {
        let mut transaction = self.pool.begin_with(self.session.begin_write()).await?;
        let (incarnation, settled) = deployment::lock(&mut transaction).await?;
        let shared = SharedCommit {
            pool: self.pool(),
            session: self.session.clone(),
            incarnation,
            settled,
        };
        Ok((transaction, shared))
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Connects to a server, and checks that it can have a store.
///
/// # Errors
/// `Unreachable` after 5 s, `WrongPassword`, `Tls`, `NoDatabase`, `OldServer`, or `Standby`.
pub(crate) async fn connect(address: &PostgresAddress) -> Result<PgConnection, StoreError> {
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, address.options().connect());
    let mut connection = connecting.await.map_err(|_| PostgresError::Unreachable {
        cause: sqlx::Error::PoolTimedOut,
    })??;
    let found = connection.server_version_num().unwrap_or(MIN_SERVER);
    if found < MIN_SERVER {
        return Err(PostgresError::OldServer {
            found: found / 10_000,
        }
        .into());
    }
    // In transactions, because a pooler may give each statement outside of one another connection to the server.
    let mut transaction = connection.begin().await?;
    let is_standby: bool = unnamed::query_scalar("SELECT pg_is_in_recovery()")
        .fetch_one(&mut *transaction)
        .await?;
    transaction.rollback().await?;
    if is_standby {
        return Err(PostgresError::Standby.into());
    }
    Ok(connection)
}

/// Connects, and reads the row of the deployment.
///
/// # Errors
/// As [`connect`]; `NoStore`, `OldSchema`, or `NewSchema`.
pub(crate) async fn connect_to_store(
    address: &PostgresAddress,
) -> Result<(PgConnection, Deployment), StoreError> {
    let mut connection = connect(address).await?;
    let mut transaction = connection.begin().await?;
    let deployment = Deployment::read(&mut transaction).await?;
    transaction.rollback().await?;
    deployment.check_schema()?;
    Ok((connection, deployment))
}
