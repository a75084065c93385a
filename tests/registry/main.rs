//! The registry through its public functions, on SQLite files in temporary directories; `postgres.rs` lists the tests that
//! also run on PostgreSQL. Only the clipboard and the credential store are simulated, so that they can fail.

#![cfg(unix)]
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
mod lock_files;
mod notice;
mod pause;
mod remove_from_keychain;
mod replaced;
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
mod usage_file;
