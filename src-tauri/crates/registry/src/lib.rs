//! The operations on projects, environments, and keys. The window, the terminal, and the HTTP service call them and
//! only translate; every decision is made here. The clipboard, the keychain, and the clock are passed in.

#![forbid(unsafe_code)]

// Types and functions that several operations share, one noun per file.
mod audit;
mod bulk_change;
mod changed;
mod clipboard;
mod clipboard_state;
mod confirm;
mod endpoint;
mod environments;
mod error;
mod error_field;
mod error_text;
mod expiry;
mod gateway;
mod gateway_lock;
mod input;
mod issuer_lock;
mod key_details;
mod key_history;
mod key_secrets;
mod keychain;
mod keys;
mod notices;
mod pause;
mod process_lock;
mod projects;
mod prompt;
mod registry;
mod search;
mod settings;
mod trials;
mod usage;

// Operations, one verb per file. None imports from another.
mod acknowledge_notice;
mod apply_bulk_change;
mod change_settings;
mod clear_clipboard;
mod confirm_request;
mod copy_from_keychain;
mod copy_text;
mod create_environment;
mod create_project;
mod create_sample;
mod delete_environment;
mod delete_project;
mod disable_key;
mod edit_environment;
mod edit_gateway;
mod edit_key;
mod enable_key;
mod field;
mod fill_clipboard;
mod gateway_port;
mod http_service;
mod issue;
mod plan_bulk_change;
mod preview_environment;
mod remove_from_keychain;
mod rename_project;
mod revoke;
mod rotate_key;
mod similar_name;
mod sweep;
mod trial_key;
mod undo_bulk_change;

pub use bulk_change::{
    BulkChange, BulkPlan, BulkResult, BulkUndo, BulkUndone, KeySelection, RecentUse,
};
pub use changed::Changed;
pub use clipboard::{Clipboard, ClipboardError, Fingerprint, NoClipboard};
pub use clipboard_state::ClipboardState;
pub use edit_key::KeyChanges;
pub use endpoint::parse as parse_endpoint;
pub use error::RegistryError;
pub use expiry::Expiry;
pub use field::Field;
pub use gateway::{Gateway, UpstreamKind};
pub use gateway_lock::{GatewayLock, GatewayProcess};
pub use gateway_port::MAX_PORTS;
pub use http_service::HttpServiceSettings;
pub use input::{
    EnvironmentChanges, EnvironmentInput, GatewayInput, RouteRuleInput, parse_name, route_rules,
};
pub use issue::IssueRequest;
pub use key_history::{FieldChange, KeyEvent};
pub use key_secrets::KeySecret;
pub use notices::{Notice, NoticeKind};
pub use preview_environment::EnvironmentPreview;
pub use projects::CreatedProject;
pub use prompt::{Prompt, Ticket};
pub use registry::Registry;
pub use rotate_key::RotateRequest;
pub use search::IdentifiedKey;
pub use settings::{CLIPBOARD_SECONDS, Settings, SettingsChanges, Theme};
pub use trials::Trial;
pub use usage::Activity;
