//! SQLite keeps its locks while verifiers open, read and close the database. Only another process can see that.

use crate::fixture::VerifierFixture;

#[tokio::test]
async fn a_second_writer_stays_locked_out_while_verifiers_come_and_go() {
    let fixture = VerifierFixture::new().await;
    let key = fixture.issue_key().await;
    let may_write = || fixture.can_other_process_write(env!("CARGO_BIN_EXE_try_write"));
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
