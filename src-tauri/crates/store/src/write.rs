//! Write transactions. A commit without an audit row fails.

use std::sync::Arc;

use keystile_keys::{InstallKeyId, Timestamp};

use crate::audit::AuditEntry;
use crate::audit_chain::AuditChain;
use crate::audit_head::AuditHead;
use crate::connection::{Connection, on_database};
use crate::dispatch::audit;
use crate::error::StoreError;
use crate::postgres::shared_commit::SharedCommit;
use crate::propagation::Propagation;

/// A write transaction. Rolls back if it is dropped.
#[derive(Debug)]
pub struct Write<'c> {
    connection: Connection<'c>,
    actor: &'static str,
    audit: Arc<AuditChain>,
    /// The last row of this transaction.
    head: Option<AuditHead>,
    /// How other machines learn of the commit; `None` on SQLite.
    shared: Option<SharedCommit>,
    /// Whether verifiers must know the changes before the commit returns.
    must_propagate: bool,
}

impl<'c> Write<'c> {
    pub(crate) fn new(
        connection: Connection<'c>,
        actor: &'static str,
        audit: Arc<AuditChain>,
        shared: Option<SharedCommit>,
    ) -> Self {
        Self {
            connection,
            actor,
            audit,
            head: None,
            shared,
            must_propagate: false,
        }
    }

    /// Returns the id of the install key.
    pub(crate) fn install_key_id(&self) -> InstallKeyId {
        self.audit.install_key_id()
    }

    /// Returns the connection, for reads in this transaction.
    pub fn connection(&mut self) -> &mut Connection<'c> {
        &mut self.connection
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
        self.must_propagate |= entries.iter().any(|entry| entry.action.affects_checks());
        // This transaction excludes other writers: after its first row, it knows the last one.
        let last = match &self.head {
            Some(head) => Some(head.clone()),
            None => audit::last(&mut self.connection).await?,
        };
        let rows = self.audit.rows_after(last, at, self.actor, entries);
        audit::append(&mut self.connection, &rows).await?;
        if let Some(row) = rows.last() {
            self.head = Some(AuditHead {
                seq: row.seq,
                mac: row.mac.clone(),
            });
        }
        Ok(())
    }

    /// Commits the changes with their audit rows. On a shared store, waits until no verifier answers by older rows, and
    /// returns what it waited for.
    ///
    /// # Errors
    /// `MissingAuditRow` if no audit row was appended; `Busy`, `DiskFull`, or `Failed` from the commit. After an error but
    /// `UnknownOutcome`, nothing was stored.
    pub async fn commit(mut self) -> Result<Option<Propagation>, StoreError> {
        let Some(head) = self.head.take() else {
            return Err(StoreError::MissingAuditRow);
        };
        on_database!(self.connection, write::prepare_commit())?;
        let lost = match self.audit.head_file().read() {
            None => None,
            Some(content) => audit::lost_head(&mut self.connection, content).await?,
        };
        let committed = self.connection.commit().await;
        let Some(shared) = self.shared else {
            committed?;
            self.audit.head_file().write(head, lost).await;
            return Ok(None);
        };
        let commit = shared.confirm(committed, &head).await?;
        self.audit.head_file().write(head, lost).await;
        Ok(shared.propagate(commit, self.must_propagate).await)
    }

    /// Ends the transaction, which has changed nothing, and waits as if it were the last commit: until no verifier answers by
    /// rows that are older than this transaction.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn await_earlier(mut self) -> Result<Option<Propagation>, StoreError> {
        let last = audit::last(&mut self.connection).await?;
        self.connection.roll_back().await?;
        let (Some(shared), Some(last)) = (self.shared, last) else {
            return Ok(None);
        };
        Ok(Some(shared.await_earlier(&last).await))
    }

    /// Commits rows that were copied with their audit rows, of which `head` is the last.
    ///
    /// # Errors
    /// As [`Write::commit`].
    pub(crate) async fn commit_copy(mut self, head: AuditHead) -> Result<(), StoreError> {
        self.head = Some(head);
        self.commit().await.map(|_| ())
    }

    /// Rolls back now instead of when the connection is next used.
    ///
    /// # Errors
    /// The database cannot be written; the transaction is undone in any case.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        self.connection.roll_back().await
    }
}
