//! A writer that dies between writing its pages and deleting its journal leaves a change counter that was never
//! committed. The next reader undoes the commit, and the next commit shows that same number again. A verifier that had
//! remembered the number it was woken by would sleep through that commit.

use std::process::Command;

use crate::fixture::VerifierFixture;

/// Leaves the database as a writer that crashes during a commit does.
fn interrupt_commit(fixture: &VerifierFixture) {
    let status = Command::new(env!("CARGO_BIN_EXE_interrupt_commit"))
        .arg(fixture.database_path())
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "interrupt_commit failed"
    );
}

#[tokio::test]
async fn a_revocation_after_a_commit_that_was_undone_is_seen() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let committed = fixture.store.last_commit().expect("a counter");

    interrupt_commit(&fixture);
    let half_done = fixture.store.last_commit().expect("a counter");
    assert_eq!(
        half_done.change_counter,
        committed.change_counter + 1,
        "the dead writer's number is there"
    );
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "accepted",
        "nothing was decided"
    );
    assert_eq!(
        fixture.store.last_commit().expect("a counter"),
        committed,
        "reading has undone the commit"
    );

    fixture
        .registry
        .revoke(key.id, None)
        .await
        .expect("revoked");
    assert_eq!(
        fixture
            .store
            .last_commit()
            .expect("a counter")
            .change_counter,
        half_done.change_counter,
        "the trap is set: the number is the dead writer's"
    );
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "revoked",
        "the number that woke the verifier must not be the one it remembers"
    );
}

#[tokio::test]
async fn a_snapshot_says_the_number_under_which_its_rows_were_committed() {
    let fixture = VerifierFixture::new().await;
    let mut reader = fixture.store.reader().await.expect("a reader");
    let committed = fixture.store.last_commit().expect("a counter");
    interrupt_commit(&fixture);
    assert_ne!(fixture.store.last_commit().expect("a counter"), committed);
    let snapshot = reader.begin().await.expect("a snapshot");
    assert_eq!(
        snapshot.commit(),
        committed,
        "read after the first SELECT, which undoes what the dead writer left"
    );
    snapshot.end().await.expect("ended");
}
