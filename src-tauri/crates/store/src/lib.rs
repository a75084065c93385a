//! The SQLite store: rows, migrations, the audit log, usage counts, and the request log. It stores no plain key.

#![forbid(unsafe_code)]

mod audit;
mod audit_chain;
mod audit_changes;
mod audit_check;
mod audit_head;
mod collation;
mod column;
mod database_file;
mod default_directory;
mod environment;
mod error;
mod gateway;
mod id_list;
mod identify;
mod install_key;
mod key;
mod key_list;
mod key_query;
mod key_search;
mod key_selection;
mod keychain_entry;
mod network_fs;
mod open;
mod private_directory;
mod project;
mod reader;
mod request_file;
mod request_reader;
mod request_record;
mod schema;
mod secret_version;
mod separate_file;
mod setting;
mod similar_name;
mod usage;
mod usage_activity;
mod usage_reader;
mod write;

pub use audit::{Action, AuditEntry};
pub use audit_chain::{AuditRow, audit_rows};
pub use audit_changes::{ChangedIds, Changes, LastRead};
pub use audit_check::{AuditCheck, OtherInstallKey};
pub use audit_head::AuditHead;
pub use database_file::{CommitId, CommitState, DatabaseFile};
pub use default_directory::{DIRECTORY_VARIABLE, default_directory};
pub use environment::{EnvironmentChange, EnvironmentRow, NewEnvironment};
pub use error::{StoreError, UniqueRule};
pub use gateway::GatewayRow;
pub use key::{KeyRow, NewKey, OpenPromptRow};
pub use key_list::{KeyCounts, KeyPage};
pub use key_query::{KeyFilter, KeyQuery, KeySort};
pub use keychain_entry::{KeychainEntryRow, KeychainEntryState};
pub use open::Store;
pub use project::ProjectRow;
pub use reader::{Reader, Snapshot};
pub use request_file::{MAX_REQUESTS, REQUESTS_FILE, RequestFile};
pub use request_reader::{
    LoggedRequest, RequestFilter, RequestKeyFilter, RequestRange, RequestWord,
};
pub use request_record::{RequestRecord, RequestSource};
pub use schema::{DATABASE_FILE, SCHEMA_VERSION};
pub use secret_version::SecretVersionRow;
pub use similar_name::NameScope;
pub use sqlx::SqliteConnection as Connection;
pub use usage::{LastUse, USAGE_FILE, UsageFile, UseCount};
pub use usage_activity::{HourlyUsage, IdleKey, IdleKeys};
pub use usage_reader::KeyUsage;
pub use write::Write;
