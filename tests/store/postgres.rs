//! The store on PostgreSQL: the tests that run on SQLite too, and those of the server.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_tests::temp_store;

mod audit;
mod deployment;
mod foreign_changes;
mod isolation;
mod request_file;
mod requests;
mod write;

#[tokio::test]
async fn test_program_uses_postgres() {
    let store = keystile_tests::temp_store::TempStore::new().open().await;
    assert!(
        store.is_shared(),
        "the fixtures must create stores on PostgreSQL for this program"
    );
}
