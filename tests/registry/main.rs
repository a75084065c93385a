//! The registry's rules through its public functions, on real SQLite files in throw-away directories, one verb a file.
//! Only the world outside is made up, so that it can be made to fail: the clipboard and the credential store.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

mod clipboard;
mod credential_store;
mod fixture;

mod audit;
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
mod enable_key;
mod environment;
mod find;
mod gateway;
mod issue;
mod list;
mod notice;
mod remove_from_keychain;
mod replaced;
mod reveal;
mod revoke;
mod save;
mod secrecy;
mod settings;
mod sweep;
mod trial;
mod usage;
