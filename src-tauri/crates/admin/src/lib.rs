//! The admin API: manages keys over HTTP, by the operations of the registry. A key whose client did not confirm that it
//! has stored it never works.

#![forbid(unsafe_code)]

mod access;
mod admin_api;
mod authorize;
mod await_confirmation;
mod confirm_key;
mod confirmations;
mod create_key;
mod edit_key;
mod get_key;
mod idempotency;
mod json_body;
mod key;
mod key_fields;
mod key_state;
mod list_environments;
mod list_keys;
mod problems;
mod rotate_key;
mod routes;
mod secret_response;
mod segment;
mod string_enum;

pub use admin_api::{AdminApi, AdminSettings};
