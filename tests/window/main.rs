//! User flows through the built application, one per file. Each test has its own desktop, so tests run in parallel.
//! Tests read the clipboard, the keyring, and the database as other programs do.

#![cfg(target_os = "linux")]

mod accessibility;
mod arguments;
mod bulk;
mod canary;
mod clearing;
mod context_menu;
mod failures;
mod files;
mod fonts;
mod frames;
mod gateway;
mod http_service;
mod inspection;
mod ipc;
mod issue;
mod key_check;
mod key_life;
mod key_list;
mod key_location;
mod keyboard;
mod keychain;
mod kill;
mod leave;
mod licenses;
mod link;
mod live_list;
mod login;
mod manners;
mod notification;
mod permissions;
mod playground;
mod replaced;
mod sample;
mod select;
mod shell;
mod silent_connections;
mod title;
mod tooltip;
mod tray;
mod zoom;
