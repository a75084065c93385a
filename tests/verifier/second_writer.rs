//! One handle: whatever a verifier does with the file, closing and dropping included, drops none of this process's locks
//! on it. Only another process can tell.

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::fixture::{VerifierFixture, run_in_subprocess, subprocess_database};

#[tokio::test]
#[ignore = "it is the other process of the test below"]
async fn another_process_that_wants_to_write() {
    let Some(database) = subprocess_database() else {
        return;
    };
    let mut connection = SqliteConnectOptions::new()
        .filename(database)
        .busy_timeout(std::time::Duration::ZERO)
        .connect()
        .await
        .expect("a connection");
    let begun = sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut connection)
        .await;
    println!(
        "it {}",
        if begun.is_ok() {
            "may write"
        } else {
            "may not"
        }
    );
}

#[tokio::test]
async fn a_second_writer_stays_locked_out_while_verifiers_come_and_go() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_key().await;
    let may_write = || {
        let said = run_in_subprocess(
            "second_writer::another_process_that_wants_to_write",
            &fixture.database_path(),
        );
        assert!(said.contains("it may"), "the other process said: {said}");
        said.contains("it may write")
    };
    assert!(may_write(), "nobody writes");
    let write = fixture.store.write().await.expect("a transaction");
    assert!(!may_write());
    let first = fixture.open_verifier().await;
    let second = fixture.open_verifier().await;
    assert_eq!(fixture.outcome(&first, &key.text).await, "accepted");
    assert_eq!(fixture.outcome(&second, &key.text).await, "accepted");
    first.ready().await.expect("ready");
    assert!(!may_write(), "checking drops no lock");
    drop(first);
    // Its thread ends, and with it the connections.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!may_write(), "a verifier that ends drops no lock");
    assert_eq!(fixture.outcome(&second, &key.text).await, "accepted");
    drop(write);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(may_write());
}
