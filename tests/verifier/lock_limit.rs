//! A locked database: a check that needs to read it waits for at most a second, then fails.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use sqlx::Connection;

use crate::fixture::VerifierFixture;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_fails_closed_after_waiting_a_second_for_a_lock() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let other = fixture.issue_key().await;
    let mut foreign = fixture.raw_connection().await;
    sqlx::raw_sql("BEGIN EXCLUSIVE")
        .execute(&mut foreign)
        .await
        .expect("a lock");
    let started = Instant::now();
    let (first, second) = tokio::join!(
        fixture.outcome(&verifier, &other.text),
        fixture.outcome(&verifier, &key.text)
    );
    let elapsed = started.elapsed();
    assert_eq!([first, second], ["database_busy", "database_busy"]);
    assert!(
        elapsed > Duration::from_millis(900) && elapsed < Duration::from_millis(2500),
        "{elapsed:?}"
    );
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut foreign)
        .await
        .expect("no lock");
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    assert_eq!(fixture.outcome(&verifier, &other.text).await, "accepted");
    foreign.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_after_a_lock_was_released_is_not_failed_with_those_that_waited() {
    /// So many that the lock is released while the last of them are still being failed.
    const WAITING_CHECKS: usize = 20_000;
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    // A commit, so that checks must read the database.
    fixture.issue_key().await;
    let mut foreign = fixture.raw_connection().await;
    sqlx::raw_sql("BEGIN EXCLUSIVE")
        .execute(&mut foreign)
        .await
        .expect("a lock");
    let mut checks: FuturesUnordered<_> = (0..WAITING_CHECKS)
        .map(|_| fixture.outcome(&verifier, &key.text))
        .collect();
    assert_eq!(checks.next().await.as_deref(), Some("database_busy"));
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut foreign)
        .await
        .expect("no lock");
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "accepted",
        "a check that begins after the lock was released has not waited for it"
    );
    foreign.close().await.expect("closed");
}
