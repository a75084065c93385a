//! A database file that was deleted, moved or replaced by hand: no request passes within 100 ms, and checks go on by
//! themselves when a database is there again.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::fixture::VerifierFixture;

/// The promise, and what a loaded machine may add before a thread is run.
const SOON: Duration = Duration::from_millis(100 + 150);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moved_database_lets_nothing_pass_until_it_is_back() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let away = fixture.temp_path("away.db");
    fs::rename(fixture.database_path(), &away).expect("moved");
    let took = fixture
        .wait_for_outcome(&verifier, &key.text, "database_missing")
        .await;
    assert!(took <= SOON, "noticed after {took:?}");
    let error = verifier.ready().await.expect_err("not ready");
    assert_eq!(error.code(), "database_missing");
    assert!(
        verifier.environment("shop/staging").await.is_err(),
        "no environment is vouched for either"
    );
    assert!(
        !fixture.database_path().exists(),
        "no empty database is made in its place"
    );
    fs::rename(&away, fixture.database_path()).expect("moved back");
    fixture
        .wait_for_outcome(&verifier, &key.text, "accepted")
        .await;
    assert_eq!(
        verifier.metrics().argon2_runs,
        1,
        "it is the same file: what was proven stays proven"
    );
    verifier.ready().await.expect("ready");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_database_lets_nothing_pass_and_is_not_made_anew() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    fs::remove_file(fixture.database_path()).expect("deleted");
    let took = fixture
        .wait_for_outcome(&verifier, &key.text, "database_missing")
        .await;
    assert!(took <= SOON, "noticed after {took:?}");
    // Neither nothing nor an empty file nor somebody else's is a database.
    for content in [None, Some(&b""[..]), Some(&b"not a database at all"[..])] {
        if let Some(content) = content {
            fs::write(fixture.database_path(), content).expect("written");
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(
            fixture.outcome(&verifier, &key.text).await,
            "database_missing"
        );
    }
    assert_eq!(
        fs::read(fixture.database_path()).expect("a file"),
        b"not a database at all",
        "what is not ours is left alone"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_database_is_read_from_its_beginning() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let old = fixture.issue_key().await;
    let copy = fixture.temp_path("copy.db");
    let copied = Command::new("cp")
        .arg(fixture.database_path())
        .arg(&copy)
        .status();
    assert!(copied.expect("cp").success());
    let new = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &old.text).await, "accepted");
    assert_eq!(fixture.outcome(&verifier, &new.text).await, "accepted");
    fs::rename(&copy, fixture.database_path()).expect("replaced");
    let took = fixture
        .wait_for_outcome(&verifier, &new.text, "unknown_key")
        .await;
    assert!(took < Duration::from_secs(2), "recovered after {took:?}");
    assert_eq!(fixture.outcome(&verifier, &old.text).await, "accepted");
    // The registry's own store still has the old file open; a new one finds the new file.
    let registry = fixture.open_registry().await;
    registry.revoke(old.id, None).await.expect("revoked");
    assert_eq!(fixture.outcome(&verifier, &old.text).await, "revoked");
}
