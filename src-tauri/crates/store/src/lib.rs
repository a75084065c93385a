//! The SQLite store: rows, migrations, the audit log, and usage counts. It stores no plain key.

#![forbid(unsafe_code)]

mod audit;
mod audit_chain;
mod audit_changes;
mod audit_check;
mod audit_head;
mod column;
mod database_file;
mod default_directory;
mod environment;
mod error;
mod gateway;
mod identify;
mod install_key;
mod key;
mod keychain_entry;
mod network_fs;
mod open;
mod private_directory;
mod project;
mod reader;
mod schema;
mod secret_version;
mod setting;
mod usage;
mod usage_reader;
mod write;

pub use audit::{Action, AuditEntry};
pub use audit_chain::{AuditRow, audit_rows};
pub use audit_changes::ChangedIds;
pub use audit_check::{AuditCheck, OtherInstallKey};
pub use audit_head::AuditHead;
pub use database_file::{CommitId, CommitState, DatabaseFile};
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
