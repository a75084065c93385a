//! A dedicated connection, which reads in transactions that know the last audit row they contain.

use keystile_lease::{AuditHash, Head, Seq};
use sqlx::{Connection as _, PgConnection, Postgres, Transaction};

use crate::audit_head::AuditHead;
use crate::changes::Changes;
use crate::columns::Columns;
use crate::commit_id::CommitId;
use crate::error::StoreError;
use crate::postgres::audit;
use crate::postgres::error::PostgresError;
use crate::postgres::session::Session;
use crate::postgres::unnamed;

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
    ///
    /// # Errors
    /// `Standby`: a standby may lack the last commits, and with them revocations.
    pub(crate) async fn begin(
        &mut self,
    ) -> Result<(Transaction<'_, Postgres>, PostgresPoint), StoreError> {
        let begin = self.session.begin_read();
        let mut transaction = self.connection.begin_with(begin).await?;
        let row = unnamed::query(
            "SELECT pg_is_in_recovery() AS is_standby, head.seq, head.mac FROM (SELECT) AS one
             LEFT JOIN (SELECT seq, mac FROM keystile.audit ORDER BY seq DESC LIMIT 1) AS head ON true",
        )
        .fetch_one(&mut *transaction)
        .await?;
        if row.boolean("is_standby")? {
            return Err(PostgresError::Standby.into());
        }
        let head = match row.optional_integer("seq")? {
            Some(_) => Some(AuditHead::from_row(&row)?),
            None => None,
        };
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
