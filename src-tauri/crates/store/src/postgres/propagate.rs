//! What a change does after its commit: it announces it, and waits until no verifier answers from older rows.

use std::time::Duration;

use keystile_lease::{
    Commit, CountReply, DeleteReply, Incarnation, RevocationWait, Seq, Timing, WaitOutcome,
    WaitStep,
};
use sqlx::PgPool;

use crate::boot_clock::boot_time;
use crate::columns::Columns;
use crate::error::StoreError;
use crate::postgres::deployment;
use crate::postgres::notifications::CHANNEL;
use crate::propagation::Propagation;

/// How long a statement after the deadline may take. The wait does not need it.
const CLEANUP_TIMEOUT: Duration = Duration::from_millis(500);
/// How long the announcement may take. It only makes verifiers look earlier.
const NOTIFY_TIMEOUT: Duration = Duration::from_millis(200);

/// Announces a commit. A failure delays what other programs notice by less than a second.
pub(crate) async fn announce(pool: &PgPool) {
    let notify = sqlx::query("SELECT pg_notify($1, '')")
        .bind(CHANNEL)
        .execute(pool);
    match tokio::time::timeout(NOTIFY_TIMEOUT, notify).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "announcing a commit failed"),
        Err(_) => tracing::warn!("announcing a commit took too long"),
    }
}

/// Waits until every verifier has acknowledged the commit, or its lease is over. Needs no database for the latter.
pub(crate) async fn wait_for_verifiers(pool: &PgPool, commit: Commit) -> Propagation {
    let begun = boot_time();
    let mut wait = RevocationWait::new(commit, begun, Timing::default());
    let mut replicas = 0;
    let outcome = loop {
        let now = boot_time();
        match wait.next(now) {
            WaitStep::Finished(outcome) => break outcome,
            WaitStep::WaitUntil(time) => tokio::time::sleep(time.saturating_since(now)).await,
            WaitStep::Count { seq } => {
                let limit = wait.deadline().saturating_since(now);
                match tokio::time::timeout(limit, count(pool, seq)).await {
                    Ok(Ok((reply, verifiers))) => {
                        replicas = verifiers - reply.behind;
                        wait.counted(reply, boot_time());
                    }
                    Ok(Err(error)) => {
                        tracing::debug!(%error, "counting verifiers failed");
                        wait.failed(boot_time());
                    }
                    Err(_) => wait.failed(boot_time()),
                }
            }
            WaitStep::DeleteBehind { seq } => {
                match tokio::time::timeout(CLEANUP_TIMEOUT, delete_behind(pool, seq)).await {
                    Ok(Ok(reply)) => wait.deleted(reply),
                    Ok(Err(_)) | Err(_) => wait.failed(boot_time()),
                }
            }
            WaitStep::Settle { incarnation } => {
                match tokio::time::timeout(CLEANUP_TIMEOUT, settle(pool, incarnation)).await {
                    Ok(Ok(())) => wait.settled(),
                    Ok(Err(_)) | Err(_) => wait.failed(boot_time()),
                }
            }
        }
    };
    let propagation = Propagation {
        replicas,
        silent: match outcome {
            WaitOutcome::Acknowledged => Some(0),
            WaitOutcome::TimedOut { silent } => silent,
        },
        waited: boot_time().saturating_since(begun),
    };
    propagation.count();
    propagation
}

async fn count(pool: &PgPool, seq: Seq) -> Result<(CountReply, u64), StoreError> {
    let row = sqlx::query(
        "SELECT count(*) AS verifiers, count(*) FILTER (WHERE seen < $1) AS behind,
           (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint AS incarnation
         FROM keystile.verifiers",
    )
    .bind(seq.0)
    .fetch_one(pool)
    .await?;
    let reply = CountReply {
        behind: row.count("behind")?,
        incarnation: Incarnation(row.integer("incarnation")?),
    };
    Ok((reply, row.count("verifiers")?))
}

async fn delete_behind(pool: &PgPool, seq: Seq) -> Result<DeleteReply, StoreError> {
    let rows = sqlx::query(
        "WITH deleted AS (DELETE FROM keystile.verifiers WHERE seen < $1 RETURNING id)
         SELECT count(*) AS deleted,
           (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint AS incarnation
         FROM deleted",
    )
    .bind(seq.0)
    .fetch_all(pool)
    .await?;
    let row = rows.first().ok_or_else(|| StoreError::Failed {
        cause: "a statement returned no row".into(),
    })?;
    Ok(DeleteReply {
        deleted: row.count("deleted")?,
        incarnation: Incarnation(row.integer("incarnation")?),
    })
}

async fn settle(pool: &PgPool, incarnation: Incarnation) -> Result<(), StoreError> {
    deployment::settle(&mut *pool.acquire().await?, incarnation).await
}
