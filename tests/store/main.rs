//! The store with real files in temporary directories, which tests manipulate with plain SQLite connections. `postgres.rs`
//! lists the tests that also run on PostgreSQL.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_tests::temp_store;

mod audit;
mod blocked_commit;
#[cfg(target_os = "linux")]
mod copy;
mod disk_full;
mod install_key;
mod locks;
mod open;
mod rejected_files;
mod replaced_audit_log;
mod request_file;
mod requests;
mod write;
