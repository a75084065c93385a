//! The store on a PostgreSQL server, which programs on several machines share.

pub(crate) mod address;
pub(crate) mod audit;
pub(crate) mod audit_check;
mod condition;
pub(crate) mod deployment;
pub(crate) mod environment;
pub(crate) mod error;
pub(crate) mod gateway;
mod id_list;
pub(crate) mod key;
pub(crate) mod key_edit;
pub(crate) mod key_list;
pub(crate) mod key_search;
mod key_selection;
pub(crate) mod keychain_entry;
pub(crate) mod migrate;
pub(crate) mod open;
pub(crate) mod open_prompt;
pub(crate) mod project;
pub(crate) mod reader;
pub(crate) mod secret_version;
pub(crate) mod setting;
pub(crate) mod similar_name;
mod usage_activity;
mod usage_reader;
pub(crate) mod usage_table;
pub(crate) mod write;
