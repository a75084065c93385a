//! SQLite: rows to words and back. The registry and the verifier call it; it knows no window, no HTTP and no
//! plain key, and it decides nothing: which move a key may make is asked of `keystile-keys`. It grows with the
//! schema, one noun a file.

#![forbid(unsafe_code)]

mod audit;
mod audit_chain;
mod audit_check;
mod audit_head;
mod audit_trace;
mod column;
mod database_file;
mod default_directory;
mod environment;
mod error;
mod gateway;
mod install_key;
mod key;
mod keychain_entry;
mod network_drive;
mod open;
mod private_directory;
mod project;
mod reader;
mod recognise;
mod schema;
mod secret_version;
mod setting;
mod usage;
mod usage_reader;
mod write;

pub use audit::{Action, AuditEntry};
pub use audit_chain::{AuditRow, audit_rows};
pub use audit_check::{AuditCheck, OtherInstallKey};
pub use audit_head::AuditHead;
pub use audit_trace::ChangedIds;
pub use database_file::{CommitId, DatabaseFile, HeaderProbe};
pub use default_directory::{DIRECTORY_VARIABLE, default_directory};
pub use environment::{EnvironmentChange, EnvironmentRow, NewEnvironment};
pub use error::{StoreError, UniqueRule};
pub use gateway::GatewayRow;
pub use key::{KeyRow, NewKey, OpenPromptRow};
pub use keychain_entry::{KeychainEntryRow, KeychainEntryState};
pub use open::Store;
pub use project::ProjectRow;
pub use reader::{Reader, Snapshot};
pub use schema::{DATABASE_FILE, SCHEMA_VERSION};
pub use secret_version::SecretVersionRow;
pub use sqlx::SqliteConnection as Connection;
pub use usage::{LastUse, USAGE_FILE, UsageFile, UseCount};
pub use usage_reader::KeyUsage;
pub use write::Write;
