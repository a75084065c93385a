//! A backup copied over the live file: everything cached since is dropped, including proofs.

use std::path::Path;
use std::process::Command;

use crate::fixture::VerifierFixture;

/// Copies in another process: closing the file here would release this process's locks.
fn put_back(backup: &Path, database: &Path) {
    let done = Command::new("cp").arg(backup).arg(database).status();
    assert!(done.expect("cp").success());
}

fn take(database: &Path, backup: &Path) {
    put_back(database, backup);
}

#[tokio::test]
async fn restored_backup_drops_newer_keys_and_proofs() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let old = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &old.text).await, "accepted");
    let backup = fixture.temp_path("backup.db");
    take(&fixture.database_path(), &backup);
    let new = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &new.text).await, "accepted");
    assert_eq!(verifier.metrics().proven_secrets, 2);

    put_back(&backup, &fixture.database_path());
    assert_eq!(fixture.outcome(&verifier, &new.text).await, "unknown_key");
    assert_eq!(verifier.metrics().proven_secrets, 0, "proofs are dropped");
    assert_eq!(fixture.outcome(&verifier, &old.text).await, "accepted");
    assert_eq!(
        verifier.metrics().argon2_runs,
        3,
        "and the key is proven again"
    );
}

#[tokio::test]
async fn restored_backup_with_as_many_audit_rows_is_detected() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let old = fixture.issue_key().await;
    let backup = fixture.temp_path("backup.db");
    take(&fixture.database_path(), &backup);
    let new = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &new.text).await, "accepted");
    assert_eq!(fixture.outcome(&verifier, &old.text).await, "accepted");
    put_back(&backup, &fixture.database_path());
    // Two other commits, so that there are as many audit rows or more. The verifier has read neither.
    let other = fixture.issue_key().await;
    fixture
        .registry
        .revoke(old.id, None)
        .await
        .expect("revoked");
    assert_eq!(
        fixture.outcome(&verifier, &old.text).await,
        "revoked",
        "the last audit row is not the one that was read before"
    );
    assert_eq!(fixture.outcome(&verifier, &new.text).await, "unknown_key");
    assert_eq!(fixture.outcome(&verifier, &other.text).await, "accepted");
}

#[tokio::test]
async fn revocation_after_a_restore_that_repeats_the_change_counter_is_seen() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    let backup = fixture.temp_path("backup.db");
    take(&fixture.database_path(), &backup);
    let lost = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &lost.text).await, "accepted");
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let last_read = fixture.store.last_commit().expect("a commit");

    put_back(&backup, &fixture.database_path());
    fixture
        .registry
        .revoke(key.id, None)
        .await
        .expect("revoked");
    assert_eq!(
        fixture
            .store
            .last_commit()
            .expect("a commit")
            .change_counter(),
        last_read.change_counter(),
        "the test needs a commit with the counter that the verifier has read"
    );
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "revoked",
        "the nonce must tell the two commits apart"
    );
}
