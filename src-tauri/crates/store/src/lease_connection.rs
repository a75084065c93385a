//! The connection by which a verifier holds its lease on a shared database.

use keystile_lease::{
    AcknowledgeReply, ConnectReply, Head, ReadReply, RegisterReply, Seq, VerifierId,
};

use crate::error::StoreError;
use crate::postgres::lease_connection::PostgresLeaseConnection;
use crate::replica::ReplicaInfo;
use crate::store::{Backend, Store};

/// A connection for the statements of the protocol of leases. After an error, drop it.
#[derive(Debug)]
pub struct LeaseConnection(PostgresLeaseConnection);

impl Store {
    /// Opens a connection for a lease; `None` on SQLite, where the database file tells what was committed.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn connect_lease(
        &self,
    ) -> Result<Option<(LeaseConnection, ConnectReply)>, StoreError> {
        match self.backend() {
            Backend::Sqlite(_) => Ok(None),
            Backend::Postgres(store) => {
                let (connection, reply) = PostgresLeaseConnection::connect(store.options()).await?;
                Ok(Some((LeaseConnection(connection), reply)))
            }
        }
    }
}

impl LeaseConnection {
    /// Deletes earlier rows of this process and inserts a new one. Committed when it returns.
    ///
    /// # Errors
    /// The statement failed; the connection must not be used again.
    pub async fn register(
        &mut self,
        id: VerifierId,
        seen: Seq,
        previous: &[VerifierId],
        replica: &ReplicaInfo,
    ) -> Result<RegisterReply, StoreError> {
        self.0.register(id, seen, previous, replica).await
    }

    /// Reads the last audit row, the one with the number of `since`, and what this process has acknowledged.
    ///
    /// # Errors
    /// As [`LeaseConnection::register`].
    pub async fn read(
        &mut self,
        id: VerifierId,
        since: Option<Head>,
    ) -> Result<ReadReply, StoreError> {
        self.0.read(id, since).await
    }

    /// Stores what this process knows. Committed when it returns.
    ///
    /// # Errors
    /// As [`LeaseConnection::register`].
    pub async fn acknowledge(
        &mut self,
        id: VerifierId,
        seen: Seq,
    ) -> Result<AcknowledgeReply, StoreError> {
        self.0.acknowledge(id, seen).await
    }

    /// Deletes rows, when their permissions are over, and closes the connection.
    ///
    /// # Errors
    /// As [`LeaseConnection::register`].
    pub async fn delete(self, ids: &[VerifierId]) -> Result<(), StoreError> {
        self.0.delete(ids).await
    }
}
