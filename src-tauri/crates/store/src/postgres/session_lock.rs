//! Locks that the server releases when a process ends or loses its connection, also on another machine.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection as _, PgConnection, PgPool, Postgres, Transaction};
use tokio::task::JoinHandle;

use crate::error::StoreError;

/// How often the connection of a lock is used, so that its loss is noticed.
const PING_INTERVAL: Duration = Duration::from_secs(1);
/// How often to try while another process holds the lock.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// How long the server may take to answer.
const PING_TIMEOUT: Duration = Duration::from_millis(1500);

/// A lock of this process (`pg_advisory_lock`). A lost connection is replaced; until then the lock is not held.
#[derive(Debug)]
pub(crate) struct PostgresLock {
    task: JoinHandle<()>,
}

impl PostgresLock {
    /// Acquires a lock whose name no other process uses.
    pub(crate) async fn acquire(
        options: &PgConnectOptions,
        name: &str,
    ) -> Result<Self, StoreError> {
        let connection = connect(options, name).await?.ok_or(StoreError::Busy)?;
        let task = tokio::spawn(hold(connection, options.clone(), name.to_owned()));
        Ok(Self { task })
    }

    /// Returns whether the lock is held, or its lost connection is being replaced.
    pub(crate) fn is_intact(&self) -> bool {
        !self.task.is_finished()
    }
}

impl Drop for PostgresLock {
    fn drop(&mut self) {
        // Closes the connection.
        self.task.abort();
    }
}

/// Connects and acquires the lock; `None` if another process holds it.
async fn connect(
    options: &PgConnectOptions,
    name: &str,
) -> Result<Option<PgConnection>, StoreError> {
    let mut connection = options.connect().await?;
    let is_acquired: bool =
        sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended($1, 0))")
            .bind(name)
            .fetch_one(&mut connection)
            .await?;
    Ok(is_acquired.then_some(connection))
}

/// Keeps the connection open, and replaces it when it fails. Another process may hold the lock for a moment, to see that it
/// is free, or to end the keys of this process.
async fn hold(mut connection: PgConnection, options: PgConnectOptions, name: String) {
    loop {
        tokio::time::sleep(PING_INTERVAL).await;
        let ping = tokio::time::timeout(PING_TIMEOUT, connection.ping());
        if matches!(ping.await, Ok(Ok(()))) {
            continue;
        }
        tracing::warn!("the connection of a process lock failed, connecting again");
        connection = loop {
            let connecting = tokio::time::timeout(PING_TIMEOUT, connect(&options, &name));
            match connecting.await {
                Ok(Ok(Some(connection))) => break connection,
                Ok(Ok(None)) => tokio::time::sleep(RETRY_INTERVAL).await,
                Ok(Err(_)) | Err(_) => tokio::time::sleep(PING_INTERVAL).await,
            }
        };
    }
}

/// Acquires the lock of another process until the end of the returned transaction; `None` if that process holds it.
pub(crate) async fn try_take(
    pool: &PgPool,
    name: &str,
) -> Result<Option<Transaction<'static, Postgres>>, StoreError> {
    let mut transaction = pool.begin().await?;
    let is_free: bool =
        sqlx::query_scalar("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))")
            .bind(name)
            .fetch_one(&mut *transaction)
            .await?;
    Ok(is_free.then_some(transaction))
}
