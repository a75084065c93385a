//! The commit of a transaction on a database that verifiers on several machines follow.

use keystile_lease::{Commit, Incarnation, Seq};
use sqlx::PgPool;

use crate::audit_head::AuditHead;
use crate::error::StoreError;
use crate::postgres::confirm::confirm;
use crate::postgres::error::PostgresError;
use crate::postgres::propagate::{announce, wait_for_verifiers};
use crate::postgres::session::Session;
use crate::propagation::Propagation;

/// What a transaction knows about the server that it began on.
#[derive(Debug)]
pub(crate) struct SharedCommit {
    pub(crate) pool: PgPool,
    pub(crate) session: Session,
    pub(crate) incarnation: Incarnation,
    pub(crate) settled: bool,
}

impl SharedCommit {
    /// Returns the commit, also if its reply was lost.
    ///
    /// # Errors
    /// That of the commit; `UnknownOutcome` if the server cannot be reached.
    pub(crate) async fn confirm(
        &self,
        committed: Result<(), StoreError>,
        head: &AuditHead,
    ) -> Result<Commit, StoreError> {
        let commit = |incarnation, settled| Commit {
            seq: Seq(head.seq),
            incarnation,
            settled,
        };
        match committed {
            Ok(()) => Ok(commit(self.incarnation, self.settled)),
            Err(error @ StoreError::Postgres(PostgresError::Unreachable { .. })) => {
                match confirm(&self.pool, &self.session, head).await? {
                    Some((incarnation, settled)) => Ok(commit(incarnation, settled)),
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Waits for the verifiers as after the commit of this row, which another process has made.
    pub(crate) async fn await_earlier(&self, head: &AuditHead) -> Propagation {
        let commit = Commit {
            seq: Seq(head.seq),
            incarnation: self.incarnation,
            settled: self.settled,
        };
        wait_for_verifiers(&self.pool, commit).await
    }

    /// Announces the commit; waits for the verifiers if they must know it.
    pub(crate) async fn propagate(&self, commit: Commit, must_wait: bool) -> Option<Propagation> {
        announce(&self.pool).await;
        match must_wait {
            true => Some(wait_for_verifiers(&self.pool, commit).await),
            false => None,
        }
    }
}
