//! The verifier on PostgreSQL: the tests that run on SQLite too, and those of a missing install key.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_tests::verifier_fixture as fixture;

mod argon2;
mod bulk_change;
mod cache;
mod canceled_check;
mod environment;
mod forged;
mod four_processes;
mod invalid_row;
mod no_install_key;
mod rejections;
mod request_log;
mod revocation;
mod usage;

#[tokio::test]
async fn test_program_uses_postgres() {
    let store = keystile_tests::temp_store::TempStore::new().open().await;
    assert!(
        store.is_shared(),
        "the fixtures must create stores on PostgreSQL for this program"
    );
}
