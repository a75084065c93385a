//! A dedicated connection, which reads in transactions that know the last audit row they contain.

use keystile_lease::{AuditHash, Head, Seq};
use sqlx::{Connection as _, PgConnection, Postgres, Transaction};

use crate::audit_head::AuditHead;
use crate::changes::Changes;
use crate::commit_id::CommitId;
use crate::error::StoreError;
use crate::postgres::audit;
use crate::postgres::session::Session;

/// A dedicated connection, so that reads do not wait for a pool.
#[derive(Debug)]
pub(crate) struct PostgresReader {
    connection: PgConnection,
    session: Session,
}

/// The state of the database in a read transaction, to compare a later one with.
#[derive(Debug, Clone)]
pub(crate) struct PostgresPoint {
    head: Option<AuditHead>,
}

impl PostgresReader {
    pub(crate) fn new(connection: PgConnection, session: Session) -> Self {
        Self {
            connection,
            session,
        }
    }

    /// Begins a transaction in which all reads see the same rows.
    pub(crate) async fn begin(
        &mut self,
    ) -> Result<(Transaction<'_, Postgres>, PostgresPoint), StoreError> {
        let begin = self.session.begin_read();
        let mut transaction = self.connection.begin_with(begin).await?;
        let head = audit::last(&mut transaction).await?;
        Ok((transaction, PostgresPoint { head }))
    }
}

impl PostgresPoint {
    /// Returns the last commit.
    pub(crate) fn commit(&self) -> CommitId {
        CommitId::from_hash(self.head().hash)
    }

    /// Returns the last audit row.
    pub(crate) fn head(&self) -> Head {
        self.head.as_ref().map_or_else(Head::default, |head| Head {
            seq: Seq(head.seq),
            hash: AuditHash::of_mac(&head.mac),
        })
    }

    fn seq(&self) -> i64 {
        self.head.as_ref().map_or(0, |head| head.seq)
    }

    /// See [`LastRead::changes_until`](crate::LastRead::changes_until).
    pub(crate) async fn changes_until(
        &self,
        later: &Self,
        connection: &mut PgConnection,
        limit: u32,
    ) -> Result<Changes, StoreError> {
        if let Some(head) = &self.head {
            // The database went back to an earlier state, and may have gone on differently.
            let mac = audit::find_mac(connection, head.seq).await?;
            if mac.as_ref() != Some(&head.mac) || later.seq() < head.seq {
                return Ok(Changes::Restored);
            }
        }
        let rows = audit::changed_ids_after(connection, self.seq(), limit + 1).await?;
        if rows.len() > limit as usize {
            return Ok(Changes::TooMany);
        }
        Ok(Changes::Rows(rows))
    }
}
