//! A write transaction that cannot forget its audit row: `commit` refuses when none was recorded. Each commit writes a
//! random number into the database header, by which it is told from every other.

use std::sync::Arc;

use keystile_keys::{InstallKeyId, Timestamp};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::audit::AuditEntry;
use crate::audit_chain::AuditChain;
use crate::audit_head::AuditHead;
use crate::error::StoreError;

/// `BEGIN IMMEDIATE` … `COMMIT`. Dropped without commit, it rolls back.
#[derive(Debug)]
pub struct Write<'c> {
    transaction: Transaction<'c, Sqlite>,
    actor: &'static str,
    audit: Arc<AuditChain>,
    /// The last row that was recorded.
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

    /// Which install key is there now.
    pub(crate) fn install_key_id(&self) -> InstallKeyId {
        self.audit.install_key_id()
    }

    /// The connection of this transaction, for reading inside it.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    /// Appends one audit row.
    ///
    /// # Errors
    /// As every write.
    pub async fn record(&mut self, at: Timestamp, entry: AuditEntry) -> Result<(), StoreError> {
        let head = self
            .audit
            .append(&mut self.transaction, at, self.actor, entry)
            .await?;
        self.head = Some(head);
        Ok(())
    }

    /// Stores everything, audit rows included, or nothing.
    ///
    /// # Errors
    /// `Unrecorded` when no audit row was written; `Busy`, `Full` or `Failed` from the commit itself. After an error
    /// nothing was stored.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let Some(head) = self.head.take() else {
            return Err(StoreError::MissingAuditRow);
        };
        sqlx::query("UPDATE commits SET count = count + 1")
            .execute(&mut *self.transaction)
            .await?;
        // A pragma takes no parameters. It is positive, so that SQLite's signed number has no second form.
        let nonce: i32 = rand::random_range(1..=i32::MAX);
        sqlx::query(&format!("PRAGMA user_version = {nonce}"))
            .execute(&mut *self.transaction)
            .await?;
        let remembered = self
            .audit
            .next_remembered(&mut self.transaction, head)
            .await?;
        self.transaction.commit().await?;
        self.audit.head_file().write(remembered).await;
        Ok(())
    }

    /// Undoes everything now instead of when the connection is next used.
    ///
    /// # Errors
    /// As every write; the transaction is gone in any case.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        self.transaction.rollback().await?;
        Ok(())
    }
}
