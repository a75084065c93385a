//! A database file that was deleted, moved, or replaced: all requests are rejected within 100 ms, until a database is
//! in place again.

use std::fs;
use std::process::Command;
use std::time::Duration;

use keystile_tests::diagnostic::error_code;

use crate::fixture::VerifierFixture;

/// The guaranteed time, and an allowance for a loaded machine.
const DETECTION_TIMEOUT: Duration = Duration::from_millis(100 + 150);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moved_database_rejects_all_requests_until_it_is_back() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let away = fixture.temp_path("away.db");
    fs::rename(fixture.database_path(), &away).expect("moved");
    let elapsed = fixture
        .wait_for_outcome(&verifier, &key.text, "database_missing")
        .await;
    assert!(elapsed <= DETECTION_TIMEOUT, "detected after {elapsed:?}");
    let error = verifier.ready().await.expect_err("not ready");
    assert_eq!(error_code(&error), "database_missing");
    assert!(
        verifier.environment("shop/staging").await.is_err(),
        "environments are unavailable too"
    );
    assert!(
        !fixture.database_path().exists(),
        "opening must not create an empty database"
    );
    fs::rename(&away, fixture.database_path()).expect("moved back");
    fixture
        .wait_for_outcome(&verifier, &key.text, "accepted")
        .await;
    assert_eq!(
        verifier.metrics().argon2_runs,
        1,
        "proofs stay valid for the same file"
    );
    verifier.ready().await.expect("ready");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_database_rejects_all_requests_and_is_not_recreated() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    fs::remove_file(fixture.database_path()).expect("deleted");
    let elapsed = fixture
        .wait_for_outcome(&verifier, &key.text, "database_missing")
        .await;
    assert!(elapsed <= DETECTION_TIMEOUT, "detected after {elapsed:?}");
    // No file, an empty file, and a foreign file.
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
        "a foreign file must not be changed"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replaced_database_is_read_afresh() {
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
    let elapsed = fixture
        .wait_for_outcome(&verifier, &new.text, "unknown_key")
        .await;
    assert!(
        elapsed < Duration::from_secs(2),
        "recovered after {elapsed:?}"
    );
    assert_eq!(fixture.outcome(&verifier, &old.text).await, "accepted");
    // The registry still has the old file open; a new one opens the new file.
    let registry = fixture.open_registry().await;
    registry.revoke(old.id, None).await.expect("revoked");
    assert_eq!(fixture.outcome(&verifier, &old.text).await, "revoked");
}
