//! The store in a SQLite file.

pub(crate) mod audit;
pub(crate) mod audit_check;
mod collation;
mod condition;
pub(crate) mod copy;
pub(crate) mod environment;
pub(crate) mod gateway;
pub(crate) mod id_list;
pub(crate) mod identify;
pub(crate) mod key;
pub(crate) mod key_edit;
pub(crate) mod key_list;
pub(crate) mod key_search;
mod key_selection;
pub(crate) mod keychain_entry;
pub(crate) mod open;
pub(crate) mod open_prompt;
pub(crate) mod project;
pub(crate) mod reader;
pub(crate) mod secret_version;
pub(crate) mod setting;
pub(crate) mod similar_name;
mod usage_activity;
pub(crate) mod usage_file;
pub(crate) mod usage_reader;
pub(crate) mod write;
