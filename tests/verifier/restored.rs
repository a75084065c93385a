//! A backup put back into the live file: what was learned since, proofs included, is forgotten.

use std::path::Path;
use std::process::Command;

use crate::world::World;

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
    let world = World::new().await;
    let verifier = world.verifier().await;
    let old = world.key().await;
    assert_eq!(world.says(&verifier, &old.text).await, "accepted");
    let backup = world.beside("backup.db");
    take(&world.database(), &backup);
    let new = world.key().await;
    assert_eq!(world.says(&verifier, &new.text).await, "accepted");
    assert_eq!(verifier.figures().proof_marks, 2);

    put_back(&backup, &world.database());
    assert_eq!(world.says(&verifier, &new.text).await, "unknown");
    assert_eq!(verifier.figures().proof_marks, 0, "proofs are forgotten");
    assert_eq!(world.says(&verifier, &old.text).await, "accepted");
    assert_eq!(verifier.figures().argon2_runs, 3, "and made again");
}

#[tokio::test]
async fn a_restored_backup_that_has_grown_as_long_is_told_by_its_hashes() {
    let world = World::new().await;
    let verifier = world.verifier().await;
    let old = world.key().await;
    let backup = world.beside("backup.db");
    take(&world.database(), &backup);
    let new = world.key().await;
    assert_eq!(world.says(&verifier, &new.text).await, "accepted");
    assert_eq!(world.says(&verifier, &old.text).await, "accepted");
    put_back(&backup, &world.database());
    // Two other commits, so that there are as many audit rows and more; the verifier has looked at neither.
    let other = world.key().await;
    world.registry.revoke(old.id, None).await.expect("revoked");
    assert_eq!(
        world.says(&verifier, &old.text).await,
        "revoked",
        "the row after the last seen one names it, but the last seen one is another"
    );
    assert_eq!(world.says(&verifier, &new.text).await, "unknown");
    assert_eq!(world.says(&verifier, &other.text).await, "accepted");
}
