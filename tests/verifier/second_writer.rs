//! SQLite keeps its locks while verifiers open, read, and close the database. Only another process can see that.

use crate::fixture::VerifierFixture;

#[tokio::test]
async fn closing_verifiers_releases_no_write_lock() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_key().await;
    let may_write = || fixture.can_other_process_write(env!("CARGO_BIN_EXE_try_write"));
    assert!(may_write(), "no other process writes");
    let write = fixture.store.write().await.expect("a transaction");
    assert!(!may_write());
    let first = fixture.open_verifier().await;
    let second = fixture.open_verifier().await;
    assert_eq!(fixture.outcome(&first, &key.text).await, "accepted");
    assert_eq!(fixture.outcome(&second, &key.text).await, "accepted");
    first.ready().await.expect("ready");
    assert!(!may_write(), "a check must release no lock");
    drop(first);
    // Waits for its thread, which closes the connections.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!may_write(), "closing a verifier must release no lock");
    assert_eq!(fixture.outcome(&second, &key.text).await, "accepted");
    drop(write);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(may_write());
}
