//! Reads and writes of rows, each by the SQL of the store's database.

pub(crate) mod audit;
mod environment;
mod gateway;
mod key;
mod key_edit;
mod key_list;
mod key_search;
mod keychain_entry;
mod open_prompt;
mod project;
mod replica;
mod secret_version;
mod setting;
mod similar_name;
mod usage;
