//! The store with real files in temporary directories, which tests manipulate with plain SQLite connections.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use keystile_tests::temp_store;

mod audit;
mod disk_full;
mod install_key;
mod locks;
mod open;
mod rejected_files;
mod request_file;
mod requests;
mod write;
