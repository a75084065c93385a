//! A database that somebody holds: a check that needs to read waits a second at most and lets nothing pass.

use std::time::{Duration, Instant};

use sqlx::Connection;

use crate::fixture::VerifierFixture;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_waits_a_second_for_a_lock_and_then_fails_closed() {
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
    let begun = Instant::now();
    let (first, second) = tokio::join!(
        fixture.outcome(&verifier, &other.text),
        fixture.outcome(&verifier, &key.text)
    );
    let took = begun.elapsed();
    assert_eq!((first, second), ("database_busy", "database_busy"));
    assert!(
        took > Duration::from_millis(900) && took < Duration::from_millis(2500),
        "{took:?}"
    );
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut foreign)
        .await
        .expect("no lock");
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    assert_eq!(fixture.outcome(&verifier, &other.text).await, "accepted");
    foreign.close().await.expect("closed");
}

#[tokio::test]
async fn a_check_that_is_given_up_leaves_no_read_lock_behind() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    for key in fixture
        .issue_keys(100, crate::fixture::HashCost::Cheap)
        .await
    {
        let check = fixture.outcome(&verifier, &key.text);
        // Given up somewhere on its way.
        drop(tokio::time::timeout(Duration::from_micros(50), check).await);
    }
    let begun = Instant::now();
    fixture.issue_key().await;
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "a commit is not held up by readers that are gone"
    );
}
