//! Finds out whether a commit has happened whose reply was lost.

use std::time::Duration;

use keystile_lease::Incarnation;
use sqlx::PgPool;

use crate::audit_head::AuditHead;
use crate::error::StoreError;
use crate::postgres::error::PostgresError;
use crate::postgres::session::Session;
use crate::postgres::{audit, deployment};

/// How long to try. A failover usually takes less.
const TIMEOUT: Duration = Duration::from_secs(20);
const RETRY_INTERVAL: Duration = Duration::from_millis(200);

/// Returns the incarnation that has the commit, and whether it is settled; `None` if the commit has not happened and cannot
/// happen later.
///
/// # Errors
/// `UnknownOutcome` if the server cannot be reached for 20 s.
pub(crate) async fn confirm(
    pool: &PgPool,
    session: &Session,
    head: &AuditHead,
) -> Result<Option<(Incarnation, bool)>, StoreError> {
    let deadline = tokio::time::Instant::now() + TIMEOUT;
    loop {
        let attempt = tokio::time::timeout_at(deadline, look_up(pool, session, head)).await;
        match attempt {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(error)) => tracing::debug!(%error, "looking up a commit failed, trying again"),
            Err(_) => return Err(PostgresError::UnknownOutcome.into()),
        }
        tokio::time::sleep(RETRY_INTERVAL).await;
        if tokio::time::Instant::now() >= deadline {
            return Err(PostgresError::UnknownOutcome.into());
        }
    }
}

/// Looks up the audit row behind the lock that the lost transaction held until its end. Writes and commits, so that the row
/// has reached the synchronous standby when this returns.
async fn look_up(
    pool: &PgPool,
    session: &Session,
    head: &AuditHead,
) -> Result<Option<(Incarnation, bool)>, StoreError> {
    let mut transaction = pool.begin_with(session.begin_write()).await?;
    let (incarnation, settled) = deployment::lock(&mut transaction).await?;
    let mac = audit::find_mac(&mut transaction, head.seq).await?;
    if mac.as_ref() != Some(&head.mac) {
        transaction.rollback().await?;
        return Ok(None);
    }
    sqlx::query("UPDATE keystile.deployment SET settled = settled")
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Some((incarnation, settled)))
}
