//! Reading the database file beside SQLite must not release SQLite's locks (fcntl(2): closing any descriptor of a file
//! releases all locks of the process). Only another process can observe the locks, so the tests start one.

use crate::temp_store::{TempStore, add_project};

const TRY_WRITE: &str = env!("CARGO_BIN_EXE_try_write");

#[tokio::test]
async fn other_operations_keep_the_write_lock() {
    let temp = TempStore::new();
    let store = temp.open().await;
    assert!(temp.can_other_process_write(TRY_WRITE));
    let write = add_project(&store, "Acme Shop").await.expect("a change");
    assert!(!temp.can_other_process_write(TRY_WRITE));

    store.last_commit().expect("a counter");
    assert!(
        !temp.can_other_process_write(TRY_WRITE),
        "reading the counter must keep the lock"
    );
    let second = temp.open().await;
    second.last_commit().expect("a counter");
    assert!(
        !temp.can_other_process_write(TRY_WRITE),
        "opening a second store must keep the lock"
    );
    second.close().await;
    drop(second);
    assert!(
        !temp.can_other_process_write(TRY_WRITE),
        "dropping the second store must keep the lock"
    );
    write.commit().await.expect("stored");
    assert!(temp.can_other_process_write(TRY_WRITE));
}
