//! Write transactions. A commit without an audit row fails. Each commit writes a random number into the database
//! header, which identifies it.

use std::sync::Arc;

use keystile_keys::{InstallKeyId, Timestamp};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::audit::AuditEntry;
use crate::audit_chain::AuditChain;
use crate::audit_head::AuditHead;
use crate::error::StoreError;

/// A write transaction. Rolls back if it is dropped.
#[derive(Debug)]
pub struct Write<'c> {
    transaction: Transaction<'c, Sqlite>,
    actor: &'static str,
    audit: Arc<AuditChain>,
    /// The last row of this transaction.
    head: Option<AuditHead>,
}

impl<'c> Write<'c> {
    pub(crate) fn new(
        transaction: Transaction<'c, Sqlite>,
        actor: &'static str,
        audit: Arc<AuditChain>,
    ) -> Self {
        Self {
            transaction,
            actor,
            audit,
            head: None,
        }
    }

    /// Returns the id of the install key.
    pub(crate) fn install_key_id(&self) -> InstallKeyId {
        self.audit.install_key_id()
    }

    /// Returns the connection, for reads in this transaction.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    /// Appends an audit row.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn record(&mut self, at: Timestamp, entry: AuditEntry) -> Result<(), StoreError> {
        self.record_all(at, vec![entry]).await
    }

    /// Appends audit rows.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn record_all(
        &mut self,
        at: Timestamp,
        entries: Vec<AuditEntry>,
    ) -> Result<(), StoreError> {
        let head = self
            .audit
            .append(&mut self.transaction, at, self.actor, entries)
            .await?;
        self.head = head.or(self.head.take());
        Ok(())
    }

    /// Commits the changes with their audit rows.
    ///
    /// # Errors
    /// `MissingAuditRow` if no audit row was appended; `Busy`, `DiskFull`, or `Failed` from the commit. After an error,
    /// nothing was stored.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let Some(head) = self.head.take() else {
            return Err(StoreError::MissingAuditRow);
        };
        sqlx::query("UPDATE commits SET count = count + 1")
            .execute(&mut *self.transaction)
            .await?;
        // A pragma takes no parameters. Positive, because SQLite stores a signed number.
        let nonce: i32 = rand::random_range(1..=i32::MAX);
        sqlx::query(&format!("PRAGMA user_version = {nonce}"))
            .execute(&mut *self.transaction)
            .await?;
        let content = self.audit.next_content(&mut self.transaction, head).await?;
        self.transaction.commit().await?;
        self.audit.head_file().write(content).await;
        Ok(())
    }

    /// Rolls back now instead of when the connection is next used.
    ///
    /// # Errors
    /// The database cannot be written; the transaction is undone in any case.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        self.transaction.rollback().await?;
        Ok(())
    }
}
