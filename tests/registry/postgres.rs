//! The registry on PostgreSQL: the tests that run on SQLite too, and those of several machines.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_tests::{fixture, manual_clock, memory_clipboard, memory_credential_store};

mod abandon;
mod audit;
mod bulk_change;
mod clear_clipboard;
mod close;
mod copy;
mod copy_from_keychain;
mod copy_text;
mod create_sample;
mod delete_environment;
mod delete_project;
mod disable_key;
mod discard;
mod edit_key;
mod enable_key;
mod environment;
mod expiry;
mod find;
mod gateway;
mod gateway_lock;
mod issue;
mod latest_time;
mod list;
mod machines;
mod notice;
mod pause;
mod remove_from_keychain;
mod reveal;
mod revoke;
mod rotate;
mod rotate_kill;
mod save;
mod secrecy;
mod settings;
mod sweep;
mod trial;
mod usage;

#[tokio::test]
async fn test_program_uses_postgres() {
    let store = keystile_tests::temp_store::TempStore::new().open().await;
    assert!(
        store.is_shared(),
        "the fixtures must create stores on PostgreSQL for this program"
    );
}
