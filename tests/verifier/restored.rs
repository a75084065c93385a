//! A backup put back into the live file: what was learned since, proofs included, is forgotten.

use std::path::Path;
use std::process::Command;

use crate::fixture::VerifierFixture;

/// Another program puts the bytes of a backup into the live file.
fn put_back(backup: &Path, database: &Path) {
    let done = Command::new("cp").arg(backup).arg(database).status();
    assert!(done.expect("cp").success());
}

fn take(database: &Path, backup: &Path) {
    // In another process too: closing the file here would drop this process's locks.
    put_back(database, backup);
}

#[tokio::test]
async fn what_a_restored_backup_does_not_know_is_forgotten_proofs_included() {
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
    assert_eq!(verifier.metrics().proven_secrets, 0, "proofs are forgotten");
    assert_eq!(fixture.outcome(&verifier, &old.text).await, "accepted");
    assert_eq!(verifier.metrics().argon2_runs, 3, "and made again");
}

#[tokio::test]
async fn a_restored_backup_that_has_grown_as_long_is_told_by_its_hashes() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let old = fixture.issue_key().await;
    let backup = fixture.temp_path("backup.db");
    take(&fixture.database_path(), &backup);
    let new = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &new.text).await, "accepted");
    assert_eq!(fixture.outcome(&verifier, &old.text).await, "accepted");
    put_back(&backup, &fixture.database_path());
    // Two other commits, so that there are as many audit rows and more; the verifier has looked at neither.
    let other = fixture.issue_key().await;
    fixture
        .registry
        .revoke(old.id, None)
        .await
        .expect("revoked");
    assert_eq!(
        fixture.outcome(&verifier, &old.text).await,
        "revoked",
        "the row after the last seen one names it, but the last seen one is another"
    );
    assert_eq!(fixture.outcome(&verifier, &new.text).await, "unknown_key");
    assert_eq!(fixture.outcome(&verifier, &other.text).await, "accepted");
}

#[tokio::test]
async fn revoked_key_is_rejected_after_a_restore_that_repeats_the_change_counter() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    let backup = fixture.temp_path("backup.db");
    take(&fixture.database_path(), &backup);
    let lost = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &lost.text).await, "accepted");
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let seen = fixture.store.last_commit().expect("a commit");

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
            .change_counter,
        seen.change_counter,
        "the trap is set: the counter is the one that the verifier has seen"
    );
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "revoked",
        "the counter alone cannot tell the two commits apart"
    );
}

#[tokio::test]
async fn revocation_by_another_program_is_seen_behind_an_ordinary_commit() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let mut connection = fixture.raw_connection().await;
    sqlx::query("UPDATE keys SET state = 'revoked' WHERE id = ?")
        .bind(key.id.as_str())
        .execute(&mut connection)
        .await
        .expect("written without an audit row");
    drop(connection);
    fixture.issue_key().await;
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "revoked",
        "the audit rows since do not name the key, but do not account for every commit either"
    );
}
