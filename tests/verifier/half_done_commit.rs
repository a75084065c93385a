//! A writer that dies between writing its pages and deleting its journal leaves a change counter that was never
//! committed. The next reader rolls the commit back, and the next commit gets the same number. A verifier that
//! remembered the number it saw first would miss that commit.

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
async fn revocation_after_a_rolled_back_commit_is_seen() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let committed = fixture.store.last_commit().expect("a counter");

    interrupt_commit(&fixture);
    let half_done = fixture.store.last_commit().expect("a counter");
    assert_eq!(
        half_done.change_counter(),
        committed.change_counter() + 1,
        "the header shows the counter of the dead writer"
    );
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "accepted",
        "nothing was committed"
    );
    assert_eq!(
        fixture.store.last_commit().expect("a counter"),
        committed,
        "reading rolled the commit back"
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
            .change_counter(),
        half_done.change_counter(),
        "the test needs a commit with the counter of the dead writer"
    );
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "revoked",
        "the verifier must remember the counter of the rows it read, not the one it saw first"
    );
}

#[tokio::test]
async fn snapshot_reports_the_commit_of_its_rows() {
    let fixture = VerifierFixture::new().await;
    let mut reader = fixture.store.reader().await.expect("a reader");
    let committed = fixture.store.last_commit().expect("a counter");
    interrupt_commit(&fixture);
    assert_ne!(fixture.store.last_commit().expect("a counter"), committed);
    let snapshot = reader.begin().await.expect("a snapshot");
    assert_eq!(
        snapshot.commit(),
        committed,
        "the header must be read after the first SELECT, which rolls back"
    );
    snapshot.end().await.expect("ended");
}
