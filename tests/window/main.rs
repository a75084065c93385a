//! The journeys of a person through the built application, one file a journey. Each has a desktop of its own, so they
//! run side by side; each reads the clipboard, the keyring and the database as other programs do.

#![cfg(target_os = "linux")]

mod accessibility;
mod canary;
mod clearing;
mod failures;
mod gateway;
mod inspection;
mod ipc;
mod issue;
mod key_check;
mod key_location;
mod keychain;
mod kill;
mod leave;
mod live_list;
mod manners;
mod permissions;
mod playground;
mod replaced;
mod sample;
mod select;
mod silent_connections;
